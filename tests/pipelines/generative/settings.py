"""Settings of nodes that are called without a project: small networks, trained for two steps."""

import inspect
from collections.abc import Callable
from typing import Any

import torch

from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import ImageHoldout
from dl_pipelines.params.generation import (
    GANReport,
    ImageGANTraining,
    ImageReading,
    SampleJudging,
)
from dl_pipelines.params.generative import Adversaries

COMPUTE = Compute(device="cpu", backend="sequential", threads=1)
READING = ImageReading.model_validate(
    {
        "holdout": {"validation_fraction": 0.25, "images": 200},
        "classifier": {"name": "tiny", "architecture": "image_mlp", "network": {"hidden": [8]}},
        "training": {"epochs": 2, "batch_size": 50, "optimizer": {"lr": 0.01}, "seeds": [10, 2]},
        "augmentation": {},
        "compute": COMPUTE.model_dump(),
    }
)
LINEAR = {"generator": {"latents": 3, "hidden": [8]}, "discriminator": {"hidden": [8]}}
CONVOLUTIONS = {
    "generator": {"latents": 3, "channels": [4, 4]},
    "discriminator": {"channels": [4, 4], "spectral_norm": True},
}
ADVERSARIES = {
    name: Adversaries.model_validate({"name": f"tiny {name}", **networks})
    for name, networks in {
        "mnist_gan": {"architecture": "mlp", **LINEAR},
        "mnist_dcgan": {"architecture": "conv", **CONVOLUTIONS},
        "mnist_cgan": {"architecture": "conv", "conditional": True, **CONVOLUTIONS},
        "linear_cgan": {"architecture": "mlp", "conditional": True, **LINEAR},
    }.items()
}
SETTINGS: dict[str, Any] = {
    "holdout": ImageHoldout(validation_fraction=0.25, images=160),  # 120 digits, two batches
    "adversaries": ADVERSARIES["linear_cgan"],
    "training": ImageGANTraining(epochs=1, batch_size=60, ema_decay=0.5, seeds=(10, 2)),
    "reading": READING,
    "judging": SampleJudging(samples=20, subsets=2, subset_rows=10),
    "report": GANReport(profile="quick", followed=10, grid=2, taught=60),
    "compute": COMPUTE,
    "checkpoints": Checkpoints(folder=None),
}


def given(node: Callable[..., Any], **known: Any) -> dict[str, Any]:
    """The arguments of a node: those of `known`, the others as above."""
    return {name: (SETTINGS | known)[name] for name in inspect.signature(node).parameters}


def changed(setting: str, **fields: Any) -> dict[str, Any]:
    """A setting with some other fields, by its name."""
    return {setting: SETTINGS[setting].model_copy(update=fields)}


def same(one: Weights, other: Weights) -> bool:
    """Whether these are the same networks to the bit."""
    assert one.state.keys() == other.state.keys()
    return all(torch.equal(one.state[name], other.state[name]) for name in one.state)
