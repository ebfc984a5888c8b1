"""Nodes called without a project: what they hand on is what it is called."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.evaluation.figures import robustness
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models import build_voters
from dl_pipelines.params.classification import ClassReport, ImageTraining
from dl_pipelines.pipelines import image_adapters
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


def test_each_part_is_predicted_once_where_nothing_is_moved(images, stored, monkeypatch):
    asked = []
    predict = image_adapters.class_probabilities

    def counting(*arguments, shifts, **options):
        asked.append(shifts)
        return predict(*arguments, shifts=shifts, **options)

    monkeypatch.setattr(image_adapters, "class_probabilities", counting)
    labelled = LabelledImages.from_arrays(images)
    parts = {"valid": np.arange(9), "test": labelled.test}
    alone, votes = image_adapters.predict(labelled, stored, parts, SETTINGS["compute"])
    assert asked == [0, 0]
    mean = alone.groupby(["part", "row"])[PROBABILITIES].mean()
    indexed = votes.set_index(["part", "row"])[PROBABILITIES]
    np.testing.assert_allclose(indexed.loc[mean.index], mean)
    moved = replace(stored, header=stored.header | {"shifts": 1})
    again, others = image_adapters.predict(labelled, moved, parts, SETTINGS["compute"])
    assert asked[2:] == [0, 1, 0, 1]
    pd.testing.assert_frame_equal(again, alone)  # by itself a network is judged without shifts
    assert not np.allclose(others[PROBABILITIES], votes[PROBABILITIES], rtol=1e-3)


@pytest.mark.parametrize(
    "levels", [{"rotations": (10,)}, {"occlusions": (4,), "noises": (9.0, 0.0)}]
)
def test_any_disturbances_can_be_measured_and_drawn(images, stored, levels):
    only = {"rotations": (), "noises": (), "occlusions": (), **levels}
    frame = nodes.disturb_test(
        images=images,
        weights=stored,
        holdout=HOLDOUT,
        classifier=MLP,
        training=TRAINING,
        augmentation=SETTINGS["augmentation"],
        report=ClassReport(disturbed=50, **only),
        compute=SETTINGS["compute"],
    )
    undisturbed = frame[frame["level"] == 0]
    assert len(undisturbed) == len(levels) == frame["disturbance"].nunique()
    assert undisturbed["accuracy"].nunique() == 1
    assert set(frame["images"]) == {50}
    assert len(robustness(frame).axes) == len(levels)


def test_the_filters_are_those_of_the_first_seed(stored):
    first = stored.members()["seed_2"]
    kernels = next(tensor for tensor in first.values() if tensor.dim() > 1)
    np.testing.assert_array_equal(first_filters(stored).reshape(kernels.shape), kernels)
