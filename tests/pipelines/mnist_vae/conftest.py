"""A few hundred digits, and what runs of `mnist_vae` on them have left."""

from typing import Any

import pytest

from tests.io.digit_sets import digit_servers, offline
from tests.pipelines.mnist.conftest import (
    COMPUTE,
    UNTRACKED,
    Finished,
    images,
    own_digits,
    small_digits,
)
from tests.real_project import RealProject
from tests.sources.conftest import file_server

__all__ = ["digit_servers", "file_server", "images", "offline", "small_digits"]

REPORT = {
    "importance_samples": 5,
    "iwae_images": 20,
    "walk_steps": 4,
    "plane": 3,
}
JUDGING = {"samples": 40, "subsets": 2, "subset_rows": 10}
READING: dict[str, Any] = {  # a classifier of moments, for where mnist_cnn has left none
    "holdout": {"validation_fraction": 0.25},
    "classifier": {"network": {"stages": [[2], [3]]}},
    "training": {"epochs": 1, "batch_size": 32},
    "compute": COMPUTE | {"precision": "no"},
}
TRAINING = {"epochs": 2, "batch_size": 32, "seeds": [2, 10]}
PLAIN: dict[str, Any] = {
    "mnist": {"dataset": "digits"},
    "mnist_vae": {
        "compute": COMPUTE,
        "report": REPORT,
        "judging": JUDGING,
        "reading": READING,
        "autoencoder": {"network": {"hidden": [8], "latents": 3}},
        "training": TRAINING,
    },
}
MANIFOLD: dict[str, Any] = {
    "mnist": {"dataset": "digits"},
    "mnist_vae": {
        "compute": COMPUTE,
        "report": REPORT,
        "judging": JUDGING,
        "reading": READING,
        "autoencoder": {"network": {"hidden": [8]}},
        "training": {"epochs": 1, "batch_size": 32},
    },
}


def vae_project(folder, digits, recipe: str = "plain") -> RealProject:
    """A project with its own files of digits and a recipe."""
    project = RealProject(folder, "mnist")
    own_digits(project, digits)
    (project.root / "conf/local/globals.yml").write_text(f"mnist: {{vae: {recipe}}}")
    return project


@pytest.fixture(scope="session")
def plain(tmp_path_factory, small_digits) -> Finished:
    """The recipe `plain`, of two seeds."""
    project = vae_project(tmp_path_factory.mktemp("plain"), small_digits)
    project.run(PLAIN | UNTRACKED, pipeline="mnist_vae")
    return Finished(project, "mnist_vae")


@pytest.fixture(scope="session")
def manifold(tmp_path_factory, small_digits) -> Finished:
    """The recipe `manifold`, of two latents and one seed."""
    project = vae_project(tmp_path_factory.mktemp("manifold"), small_digits, "manifold")
    project.run(MANIFOLD | UNTRACKED, pipeline="mnist_vae")
    return Finished(project, "mnist_vae")
