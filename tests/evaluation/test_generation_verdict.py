import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.generation_verdict import (
    generation_verdict,
    generator_table,
    table_verdict,
)

METRICS = {
    "frechet": 12.0,
    "frechet_floor": 3.0,
    "frechet_ratio": 4.0,
    "kernel_distance": 0.1,
    "precision": 0.71,
    "recall": 0.35,
    "precision_reference": 0.9,
    "recall_reference": 0.88,
    "label_kl": 0.0123,
    "classes_present": 10.0,
}
VAE = {"elbo": -98.71, "elbo_se": 0.24, "iwae_nll": 94.46, "bce_kl": 102.8, "active_units": 17.0}
CGAN = {
    "conditional_accuracy": 0.9905,
    "conditional_accuracy_low": 0.9884,
    "conditional_accuracy_high": 0.9922,
    "train_on_generated_accuracy": 0.961,
}


def _said(metrics, *, quick=False):
    return generation_verdict(
        metrics, name="GAN", source="mnist", network="cnn-1a2b", samples=10_000, quick=quick
    )


def test_a_gan_in_words():
    assert _said(METRICS) == (
        "GAN on mnist: 10,000 samples lie 4.00 times as far as training images from test images "
        "(Fréchet distance 12.0, floor 3.00, features of cnn-1a2b: not comparable with other "
        "networks' figures). Of 100 samples 71 look like a test image and of 100 test images 35 "
        "like a sample (precision and recall; training images: 90 and 88). Samples are read as 10 "
        "classes, whose shares are 0.012 nats from the real ones (KL)."
    )


def test_an_autoencoder_is_judged_by_its_likelihood_first():
    assert _said(METRICS | VAE).startswith(
        "GAN on mnist: the evidence lower bound of a test image is \N{MINUS SIGN}98.7 ± 0.2 nats "
        "(standard error), its negative log-likelihood about 94.5, BCE + KL of grey pixels, no "
        "likelihood, 102.8; 17 latents are active. 10,000 samples lie "
    )


def test_what_no_classifier_has_read_is_judged_without_one():
    metrics = VAE | {"reconstruction_rmse": 26.54}
    said = generation_verdict(metrics, name="plain", source="mnist", sample=True)
    assert said == (
        "plain on mnist: the evidence lower bound of a test image is \N{MINUS SIGN}98.7 ± 0.2 nats "
        "(standard error), its negative log-likelihood about 94.5, BCE + KL of grey pixels, no "
        "likelihood, 102.8; 17 latents are active. Its reconstructions are off by 26.5 of 255 grey "
        "levels (RMSE). Only a sample of the data set was there: no match for figures of the whole."
    )


def test_one_active_latent_is_a_singular():
    assert "; 1 latent is active." in _said(METRICS | VAE | {"active_units": 1.0})


def test_a_conditional_network_is_judged_by_its_obedience():
    assert _said(METRICS | CGAN).endswith(
        ". 99.05 % are read as the class asked for (Wilson's 95 % interval: 98.84 % to 99.22 %); a "
        "classifier that learnt from samples only reads 96.10 % of the test images."
    )


def test_collapse_perfection_and_haste_are_told():
    assert "(KL): the generator has collapsed." in _said(METRICS | {"label_kl": 0.7})
    assert "lie about as near as training images" in _said(METRICS | {"frechet_ratio": 1.2})
    assert _said(METRICS, quick=True).endswith("This was a quick run, a short training for a look.")


@pytest.fixture
def runs() -> pd.DataFrame:
    better = {"frechet": 9.0, "frechet_ratio": 3.0, "precision": 0.93}
    rows = [
        {"pipeline": "mnist_vae", **METRICS, **VAE, "recall": 0.8, "quick": True},
        {"pipeline": "mnist_gan", **METRICS, "frechet": 99.0, "quick": True},
        {"pipeline": "mnist_gan", **METRICS, "quick": False},
        {"pipeline": "mnist_cgan", **METRICS, **CGAN, **better},
    ]
    return pd.DataFrame(rows).assign(network="cnn-1a2b")


def test_the_table_has_the_newest_run_of_each_pipeline(runs):
    table = generator_table(runs)
    assert table["pipeline"].tolist() == ["mnist_vae.quick", "mnist_gan", "mnist_cgan"]
    assert table["Fréchet"].tolist() == [12.0, 12.0, 9.0]
    assert table["recall %"].tolist() == pytest.approx([80.0, 35.0, 35.0])
    assert table["NLL (nats)"].isna().tolist() == [False, True, True]
    assert table["read as asked %"].iloc[2] == pytest.approx(99.05)
    assert table.attrs["floor"] == 3.0


def test_figures_that_no_run_has_are_left_out(runs):
    gans = generator_table(runs[runs["pipeline"] == "mnist_gan"].drop(columns="quick"))
    assert len(gans) == 1
    assert not {"ELBO (nats)", "NLL (nats)", "read as asked %"} & set(gans)


def test_the_table_in_words(runs):
    assert table_verdict(generator_table(runs)) == (
        "mnist_cgan comes nearest to real images (3.00 times the floor); mnist_cgan has the "
        "highest precision (93 %), mnist_vae.quick the highest recall (80 %)"
    )


def test_features_of_different_networks_are_not_compared(runs):
    runs.loc[3, "network"] = "cnn-9z"
    with pytest.raises(DataError, match="mnist_gan: cnn-1a2b, mnist_cgan: cnn-9z"):
        generator_table(runs)
    with pytest.raises(DataError, match="no runs to compare"):
        generator_table(runs[:0])
