"""Nodes called without a project: what they hand on is what it is called."""

from typing import Any

import numpy as np
import pytest
import torch

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models import build_voters
from dl_pipelines.params.classification import ImageTraining
from dl_pipelines.pipelines import image_nodes as nodes
from dl_pipelines.pipelines.image_weights import first_filters
from tests.pipelines.mnist.image_settings import HOLDOUT, MLP, SETTINGS

PROBABILITIES = [f"p_{digit}" for digit in range(10)]
# A file has its tensors by name, and "seed_10" comes before "seed_2".
SEEDS = (2, 10)
TRAINING = ImageTraining(epochs=1, batch_size=16, seeds=SEEDS)


@pytest.fixture(scope="module")
def stored(images, tmp_path_factory) -> Weights:
    """Networks of two seeds, as the catalog gives them."""
    arguments: dict[str, Any] = SETTINGS | {"training": TRAINING}
    weights, _, _ = nodes.train_holdout(images=images, holdout=HOLDOUT, classifier=MLP, **arguments)
    file = SafetensorsDataset(str(tmp_path_factory.mktemp("weights") / "weights.safetensors"))
    file.save(weights)
    return file.load()


def test_each_row_is_of_the_seed_that_it_names(images, stored):
    predictions, _ = nodes.predict_holdout(
        images=images,
        weights=stored,
        holdout=HOLDOUT,
        classifier=MLP,
        training=TRAINING,
        augmentation=SETTINGS["augmentation"],
        compute=SETTINGS["compute"],
    )
    test = torch.from_numpy(images["test_images"])
    for seed in SEEDS:
        network = build_voters(stored.header, [stored.members()[f"seed_{seed}"]])
        with torch.inference_mode():
            expected = network(test)
        rows = predictions[(predictions["seed"] == seed) & (predictions["part"] == "test")]
        np.testing.assert_allclose(rows[PROBABILITIES], expected, rtol=1e-5, atol=1e-8)


def test_the_filters_are_those_of_the_first_seed(stored):
    first = stored.members()["seed_2"]
    kernels = next(tensor for tensor in first.values() if tensor.dim() > 1)
    np.testing.assert_array_equal(first_filters(stored).reshape(kernels.shape), kernels)
