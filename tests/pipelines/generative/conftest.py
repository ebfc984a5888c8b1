"""A few hundred digits, and what a run of `mnist_cgan` on them has left."""

import shutil
from typing import Any

import pytest

from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines import gan_nodes, sample_nodes
from dl_pipelines.tracking.models import ModelQueue
from tests.pipelines.generative.settings import given
from tests.pipelines.mnist.conftest import COMPUTE, Finished, images, own_digits, small_digits
from tests.real_project import RealProject

__all__ = ["images", "small_digits"]

SHORT = COMPUTE | {"precision": "no"}
READING: dict[str, Any] = {
    "holdout": {"validation_fraction": 0.25, "images": 200},
    "classifier": {"network": {"stages": [[2], [3]]}},
    "training": {"epochs": 1, "batch_size": 32},
    "compute": SHORT,
}
# A few steps of small networks. In a quick run nobody minds that samples are all of one class.
CGAN: dict[str, Any] = {
    "mnist": {"dataset": "digits"},
    "generative": {"profile": "quick"},
    "mnist_cgan": {
        "compute": SHORT,
        "reading": READING,
        "judging": {"samples": 20, "subsets": 2, "subset_rows": 10},
        "report": {"followed": 10, "grid": 2, "taught": 60},
        "adversaries": {
            "generator": {"latents": 4, "channels": [4, 4]},
            "discriminator": {"channels": [4, 4]},
        },
        "training": {"epochs": 2, "batch_size": 64, "seeds": [10, 2]},
    },
}


@pytest.fixture(scope="session")
def cgan(tmp_path_factory, small_digits, empty_store) -> Finished:
    """`mnist_cgan`, tracked, of two seeds; no classifier was there to read its samples.

    The model that MLflow serves is left out: it takes as long as all the rest.
    """
    project = RealProject(tmp_path_factory.mktemp("mnist_cgan"), "mnist")
    own_digits(project, small_digits)
    shutil.copy(empty_store, project.root / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ModelQueue, "submit", lambda *_, **__: None)
        project.run(CGAN, pipeline="mnist_cgan")
    return Finished(project, "mnist_cgan")


@pytest.fixture(scope="session")
def classifier(images) -> Weights:
    """The one of two seeds that is trained where none is there."""
    return sample_nodes.provide_reader(
        **given(sample_nodes.provide_reader, classifiers={}, images=images)
    )


@pytest.fixture(scope="session")
def generators(images, classifier) -> Weights:
    """Conditional ones, of two seeds."""
    known = {"images": images, "classifier": classifier}
    weights, *_ = gan_nodes.train_adversaries(**given(gan_nodes.train_adversaries, **known))
    return weights
