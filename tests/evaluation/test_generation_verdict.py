from dl_pipelines.evaluation.generation_verdict import generation_verdict
from tests.evaluation.generator_figures import CGAN, METRICS, VAE


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
