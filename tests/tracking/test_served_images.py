"""What MLflow serves of networks that make images."""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
import torch

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models.generative import (
    build_autoencoder,
    build_generator,
    restore_autoencoder,
    restore_generator,
)
from dl_pipelines.tracking.forms import served_network

SIZE, LATENTS, SEEDS = 8, 3, (2, 10)  # a file has "seed_10" before "seed_2"
CONV = {"channels": [2], "latents": LATENTS}
HEADERS: dict[str, dict[str, Any]] = {
    "VAE": {"architecture": "mlp", "network": {"hidden": [4], "latents": LATENTS}},
    "GAN": {"architecture": "conv", "generator": CONV, "classes": 0},
    "CGAN": {
        "architecture": "conv",
        "generator": CONV | {"conditioning": "batch_norm"},
        "classes": 4,
    },
}


def fresh(header: dict[str, Any]) -> dict[str, torch.Tensor]:
    """A state whose images differ: first weights of a generator make almost only grey."""
    if "generator" in header:
        settings, classes = header["generator"], header["classes"]
        network = build_generator(header["architecture"], settings, size=SIZE, classes=classes)
    else:
        network = build_autoencoder(header["architecture"], header["network"], size=SIZE)
    return {
        name: torch.randn_like(value).abs() if value.is_floating_point() else value
        for name, value in network.state_dict().items()
    }


def weights(kind: str) -> Weights:
    header = HEADERS[kind] | {"name": kind, "size": SIZE, "seeds": SEEDS}
    torch.manual_seed(0)
    return Weights.of_members({f"seed_{seed}": fresh(header) for seed in SEEDS}, header)


def served(file: Path, trained: Weights) -> mlflow.pyfunc.PyFuncModel:
    """The model as a user loads it."""
    SafetensorsDataset(str(file)).save(trained)
    arguments = served_network(file)
    flavor = arguments.pop("flavor")
    flavor.save_model(path=str(file.with_name("model")), **arguments)
    return mlflow.pyfunc.load_model(str(file.with_name("model")))


@pytest.mark.parametrize("kind", HEADERS)
def test_the_first_seeds_network_makes_the_same_images(tmp_path, kind):
    trained = weights(kind)
    model = served(tmp_path / "weights.safetensors", trained)
    classes = trained.header.get("classes", 0)
    (rows,) = model.metadata.signature.inputs.inputs
    assert rows.shape == (-1, LATENTS + bool(classes))
    state = trained.members()["seed_2"]
    for count in (1, 7):
        noise = torch.randn(count, LATENTS)
        labels = torch.arange(count) % classes if classes else None
        if kind == "VAE":
            expected = restore_autoencoder(trained.header, state).images(noise)
        else:
            expected = restore_generator(trained.header, state).images(noise, labels)
        columns = [noise] if labels is None else [noise, labels[:, None].float()]
        made = model.predict(torch.cat(columns, dim=1).numpy())
        assert made.dtype == np.uint8
        np.testing.assert_array_equal(made, expected.numpy())
    assert len(np.unique(made, axis=0)) == count  # else any image would do


def test_what_goes_in_is_said_in_words(tmp_path):
    SafetensorsDataset(str(tmp_path / "weights")).save(weights("CGAN"))
    told = served_network(tmp_path / "weights")["metadata"]
    assert told["input"] == (
        "float32 [N, 4]: 3 columns of standard normal noise, then the class, 0 to 3"
    )
    assert told["name"] == "CGAN"
