"""Networks of all kinds, each trained by two real processes."""

import os
from dataclasses import replace

import numpy as np
import pytest

from dl_pipelines.data.splits import Split
from dl_pipelines.params import Training
from dl_pipelines.params.classification import ImageTraining
from dl_pipelines.params.generative import VAETraining
from dl_pipelines.training.classification import _fit_one as fit_classifier
from dl_pipelines.training.fitting import fit_one
from dl_pipelines.training.generation import _fit_autoencoder
from dl_pipelines.training.launch import launch_trainings
from dl_pipelines.training.panel import _fit_one as fit_panel
from tests.training import together
from tests.training.images import halves

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="gloo's processes are tested on POSIX"),
    pytest.mark.slow,
]


def forecaster():
    generator = np.random.default_rng(0)
    values = generator.normal(size=(100, 3))
    split = Split(np.arange(70), np.arange(70, 90), np.arange(90, 100))
    recipe = Training(epochs=2, batch_size=16).model_dump()
    model = {"hidden": 4}
    settings = {"window": 5, "architecture": "lstm", "model": model, "training": recipe}
    return fit_one, {**settings, "values": values, "targets": values[:, 0], "split": split}


def panel():
    _, job = forecaster()
    arrays = {name: job[name].astype(np.float32) for name in ("values", "targets")}
    arrays["values"][:, -1] = 0  # the only symbol
    split = replace(job["split"], train=np.arange(5, 70))
    model = {"hidden": 4, "symbols": 1}
    return fit_panel, {
        **job,
        **arrays,
        "split": split,
        "model": model,
        "architecture": "symbol_lstm",
    }


def classifier():
    images, labels = halves()
    split = Split(np.arange(30), np.arange(30, 40), np.arange(0))
    recipe = ImageTraining(epochs=2, batch_size=8, loss={"name": "cross_entropy"})
    told = {"architecture": "image_mlp", "network": {"hidden": [4]}, "classes": 2}
    job = {"images": images, "labels": labels, "split": split, "classifier": told}
    return fit_classifier, {
        **job,
        "training": recipe.for_images(sample=False),
        "augmentation": None,
    }


@pytest.mark.parametrize("example", [forecaster, panel, classifier])
def test_other_networks_learn_together_what_they_learn_alone(example):
    function, job = example()
    job |= {"compute": together.compute(), "checkpoints": None, "seed": 0}
    (fit,) = launch_trainings(function, [job], job["compute"])
    alone = function(**job, progress=False)

    assert together.largest_difference([fit.state], [alone.state]) < 1e-6
    for row, other in zip(fit.history, alone.history, strict=True):
        assert row == pytest.approx(other, rel=1e-6)


def test_an_autoencoder_learns_together():
    """Its noise is each process's own, so it is like the one that learns alone, not equal."""
    images, _ = halves()
    recipe = VAETraining(epochs=20, batch_size=8).model_dump()
    told = {"architecture": "mlp", "network": {"hidden": [8], "latents": 2}}
    job = {"train": images, "valid": images, "autoencoder": told, "training": recipe, "seed": 0}
    job |= {"compute": together.compute(), "checkpoints": None}
    (fit,) = launch_trainings(_fit_autoencoder, [job], job["compute"])
    alone = _fit_autoencoder(**job, progress=False)
    assert fit.history[-1]["valid_loss"] == pytest.approx(alone.history[-1]["valid_loss"], rel=0.05)
