"""Networks of first weights, and a project that has made pictures by one of them."""

from typing import Any

import pytest
import torch

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models.generative import build_autoencoder, build_generator
from dl_pipelines.pipelines.members import pack_seeds
from tests.real_project import RealProject

NAME = "mnist_generate"
SIZE, SEEDS = 28, (10, 2)  # the first seed is neither the smallest nor the first in the file
UNTRACKED = {"tracking": {"enabled": False}}
SETTINGS = {"count": 12, "seed": 5}
_GENERATOR: dict[str, Any] = {"latents": 3, "hidden": [16]}
HEADERS: dict[str, dict[str, Any]] = {
    "mnist_cgan": {"architecture": "mlp", "generator": _GENERATOR, "classes": 10},
    "mnist_gan": {"architecture": "mlp", "generator": _GENERATOR, "classes": 0},
    "mnist_vae": {"architecture": "mlp", "network": {"hidden": [4], "latents": 3}},
}


def untrained(model: str) -> Weights:
    """Weights as the pipeline `model` leaves them, of networks that have learnt nothing."""
    header = HEADERS[model] | {"name": "tiny", "size": SIZE, "profile": "quick"}
    states = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        if "generator" in header:
            parts = (header["architecture"], header["generator"])
            network = build_generator(*parts, size=SIZE, classes=header["classes"])
        else:
            network = build_autoencoder(header["architecture"], header["network"], size=SIZE)
        states.append(network.state_dict())
    return pack_seeds(states, SEEDS, header)


def leave(project: RealProject, model: str) -> None:
    """Put the networks where the pipeline `model` leaves them."""
    file = project.root / f"data/06_models/{model}/digits/weights.safetensors"
    SafetensorsDataset(str(file)).save(untrained(model))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> RealProject:
    """A project whose conditional network has made twelve pictures; tests only look at it."""
    project = RealProject(tmp_path_factory.mktemp("made"))
    leave(project, "mnist_cgan")
    project.run(UNTRACKED | {NAME: SETTINGS}, pipeline=NAME)
    return project
