import numpy as np
import pytest
import torch

from dl_pipelines.data.splits import Split
from dl_pipelines.models.generative import restore_generator
from dl_pipelines.params import Compute
from dl_pipelines.params.generative import AdversarialTraining, Likelihood, VAETraining
from dl_pipelines.training import generation
from dl_pipelines.training.generation import fit_autoencoders, fit_gans, judge_autoencoder
from dl_pipelines.training.vae_losses import binarise
from tests.training.adversaries import LENIENT
from tests.training.images import SIZE, assert_same, halves

SPLIT = Split(np.arange(24), np.arange(24, 32), np.arange(32, 40))
VAE = {"architecture": "mlp", "network": {"hidden": [16], "latents": 2}}
GAN = {
    "architecture": "mlp",
    "generator": {"latents": 3, "hidden": [8]},
    "discriminator": {"hidden": [8]},
    "conditional": True,
    "classes": 2,
}


def compute(**settings):
    return Compute(device="cpu", **{"backend": "sequential"} | settings).model_dump()


def fit_vae(split=SPLIT, images=None, **settings):
    chosen = {"epochs": 3, "batch_size": 8, "seeds": (3, 4)} | settings
    training = VAETraining.model_validate(chosen).model_dump()
    images = halves()[0] if images is None else images
    return fit_autoencoders(images, split, autoencoder=VAE, training=training, compute=compute())


def fit_gan(where=None, labels=None, reader=None, **settings):
    training = AdversarialTraining(epochs=2, batch_size=8, seeds=(3, 4)).model_dump()
    images, classes = halves()
    classes = classes if labels is None else labels
    return fit_gans(
        images, classes, adversaries=GAN | settings, training=training,
        compute=where or compute(), samples=4, reader=reader,
    )  # fmt: skip


def judge(pictures, state, **likelihood):
    settings = Likelihood(**likelihood).model_dump()
    header = VAE | {"size": SIZE}
    return judge_autoencoder(header, state, pictures, likelihood=settings, compute=compute())


def test_each_seed_is_a_fit_of_its_own():
    for fits in (fit_vae(), fit_gan()):
        assert [{row["seed"] for row in fit.history} for fit in fits] == [{3}, {4}]
        assert all(next(iter(row)) == "seed" for row in fits[0].history)
        assert all(fit.seconds > 0 for fit in fits)
        assert not all(torch.equal(fits[0].state[key], fits[1].state[key]) for key in fits[0].state)


def test_an_autoencoder_sees_only_the_images_of_its_parts():
    (one, _), (blind, _) = fit_vae(), fit_vae(Split(SPLIT.train, np.arange(0), SPLIT.test))
    assert "valid_loss" in one.history[0] and "valid_loss" not in blind.history[0]
    images = halves()[0]
    images[SPLIT.test] = 255 - images[SPLIT.test]
    assert_same(fit_vae(images=images)[0], one)
    images[SPLIT.valid] = 255 - images[SPLIT.valid]
    changed = fit_vae(images=images)[0]
    assert changed.history[0]["valid_loss"] != one.history[0]["valid_loss"]
    assert changed.history[0]["train_loss"] == one.history[0]["train_loss"]


@pytest.mark.parametrize("conditional", [True, False])
def test_labels_are_looked_at_where_images_are_asked_for_by_class(conditional):
    fits = fit_gan(conditional=conditional)
    swapped = fit_gan(conditional=conditional, labels=1 - halves()[1])
    same = torch.equal(fits[0].samples, swapped[0].samples)
    assert same == (not conditional)
    header = GAN | {"size": SIZE, "classes": 2 if conditional else 0}
    net = restore_generator(header, fits[0].state)
    labels = torch.tensor([0, 1, 0, 1]) if conditional else None
    made = net.sample(4, torch.Generator().manual_seed(3), labels)
    assert torch.equal(made, fits[0].samples[-1])


def test_processes_side_by_side_leave_the_same_bits():
    here, there = (
        fit_gan(where, reader=LENIENT) for where in (compute(), compute(backend="loky", workers=2))
    )
    for fit, twin in zip(here, there, strict=True):
        assert "train_label_kl" in fit.history[0]
        assert_same(fit, twin)
        assert torch.equal(fit.samples, twin.samples)


@pytest.mark.parametrize(("name", "fit"), [("train_vae", fit_vae), ("train_gan", fit_gan)])
def test_a_fit_has_the_threads_that_are_set(monkeypatch, name, fit):
    train, seen = getattr(generation, name), []

    def watched(*args, **kwargs):
        seen.append(torch.get_num_threads())
        return train(*args, **kwargs)

    monkeypatch.setattr(generation, name, watched)
    torch.set_num_threads(2)
    fit()
    assert seen == [1, 1] and torch.get_num_threads() == 2


def test_the_figures_of_an_autoencoder():
    images = halves()[0]
    fit = fit_vae(epochs=60, seeds=(0,), loss={"binarisation": "dynamic"}, optimizer={"lr": 0.01})
    figures = judge(images, fit[0].state, samples=50)
    assert figures.keys() == {"elbo", "iwae_nll", "bce_kl"}
    assert all(figure.shape == (40,) for figure in figures.values())
    assert all(figure.dtype == torch.float64 for figure in figures.values())
    assert (figures["elbo"] < 0).all()
    assert figures["iwae_nll"].mean() < -figures["elbo"].mean()
    single = judge(images, fit[0].state, samples=1)["iwae_nll"].mean()
    assert single.item() == pytest.approx(-figures["elbo"].mean().item(), rel=0.02)

    # of black and white images there is nothing to binarise
    binary = binarise(images, torch.Generator().manual_seed(0))
    figures = judge(binary, fit[0].state, samples=1)
    assert figures["bce_kl"].mean().item() == pytest.approx(
        -figures["elbo"].mean().item(), rel=0.02
    )


def test_a_slow_estimate_may_leave_images_out():
    images = halves()[0]
    state = fit_vae(seeds=(0,))[0].state
    some, others = (judge(images, state, samples=5, images=7, seed=seed) for seed in (0, 1))
    assert some["iwae_nll"].isfinite().sum() == 7
    assert some["elbo"].isfinite().all() and some["bce_kl"].isfinite().all()
    chosen = [figures["iwae_nll"].isfinite() for figures in (some, others)]
    assert not torch.equal(*chosen)
    again = judge(images, state, samples=5, images=7)["iwae_nll"]
    torch.testing.assert_close(again, some["iwae_nll"], rtol=0, atol=0, equal_nan=True)
