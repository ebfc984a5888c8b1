"""Nodes called without a project: what they learn from, and whose weights they take."""

import inspect
from collections.abc import Callable
from typing import Any

import click
import numpy as np
import pandas as pd
import pytest
import torch

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.generation import VAEReport
from dl_pipelines.params.generative_networks import MLPVAE
from dl_pipelines.pipelines.mnist_vae import nodes
from tests.pipelines.mnist.conftest import UNTRACKED
from tests.pipelines.mnist_vae.conftest import vae_project
from tests.pipelines.mnist_vae.settings import SETTINGS

Arrays = dict[str, Any]


def given(node: Callable[..., Any], **known: Any) -> dict[str, Any]:
    """The arguments of a node."""
    return {name: (known | SETTINGS)[name] for name in inspect.signature(node).parameters}


def trained(images: Arrays) -> tuple[Weights, pd.DataFrame]:
    weights, history, _ = nodes.train_autoencoder(**given(nodes.train_autoencoder, images=images))
    return weights, history


def same(one: Weights, other: Weights) -> bool:
    assert one.state.keys() == other.state.keys()
    return all(torch.equal(one.state[name], other.state[name]) for name in one.state)


def negatives(images: Arrays, rows: np.ndarray) -> Arrays:
    """The same with the negatives of some training images."""
    changed = images["train_images"].copy()
    changed[rows] = 255 - changed[rows]
    return images | {"train_images": changed}


@pytest.fixture(scope="module")
def first(images) -> tuple[Weights, pd.DataFrame]:
    return trained(images)


def test_weights_and_history_do_not_know_the_test(images, first):
    changed = {
        "test_images": 255 - images["test_images"],
        "test_labels": images["test_labels"][::-1],
    }
    weights, history = trained(images | changed)
    assert same(weights, first[0])
    pd.testing.assert_frame_equal(history, first[1], check_exact=True)


def test_weights_do_not_know_what_validates(images, first):
    valid = LabelledImages.from_arrays(images).holdout(**SETTINGS["holdout"].model_dump()).valid
    weights, history = trained(negatives(images, valid))
    assert same(weights, first[0])
    assert (history["train_loss"] == first[1]["train_loss"]).all()
    assert (history["valid_loss"] != first[1]["valid_loss"]).all()


def test_weights_do_know_what_they_learn_from(images, first):
    train = LabelledImages.from_arrays(images).holdout(**SETTINGS["holdout"].model_dump()).train
    assert not same(trained(negatives(images, train[:1]))[0], first[0])


def changed(setting: str, **fields: Any) -> Callable[[Arrays], Any]:
    return lambda now: now[setting].model_copy(update=fields)


CHANGES: dict[str, tuple[str, Callable[[Arrays], Any]]] = {
    "test images": (
        "images",
        lambda now: now["images"] | {"test_images": now["images"]["test_images"][::-1]},
    ),
    "network": ("autoencoder", changed("autoencoder", network=MLPVAE(hidden=(5,), latents=2))),
    "holdout": ("holdout", changed("holdout", seed=1)),
    "epochs": ("training", changed("training", epochs=3)),
    "seeds": ("training", changed("training", seeds=(0, 1))),
}


@pytest.mark.parametrize("node", [nodes.explain_test, nodes.sample_prior])
@pytest.mark.parametrize("change", CHANGES)
def test_weights_of_other_images_or_settings_are_refused(images, first, node, change):
    arguments = given(node, images=images, weights=first[0])
    argument, other = CHANGES[change]
    with pytest.raises(SettingError, match=r"'small' .* run its node train_autoencoder first"):
        node(**(arguments | {argument: other(arguments)}))


def test_other_samples_are_made_of_the_same_weights(images, first):
    arguments = given(nodes.sample_prior, images=images, weights=first[0])
    judging = SETTINGS["judging"].model_copy(update={"samples": 12, "seed": 1})
    made = nodes.sample_prior(**(arguments | {"judging": judging}))["images"]
    assert made.shape == (1, 12, 28, 28)
    assert not np.array_equal(made[:, :10], nodes.sample_prior(**arguments)["images"])


@pytest.mark.parametrize(
    ("recipe", "params", "parts"),
    [
        ("convolutional", {}, ["mnist.vae", "convolutional", "plain, conv, manifold"]),
        ("plain", {"mnist": {"vae": "convol"}}, ["mnist.vae", "convol", "plain, conv, manifold"]),
        ("plain", {"generative": {"profile": "fast"}}, ["generative.profile", "full, quick"]),
    ],
    ids=["recipe for good", "recipe", "profile"],
)
def test_a_wrong_setting_is_named(tmp_path, small_digits, recipe, params, parts):
    project = vae_project(tmp_path, small_digits, recipe)
    with pytest.raises(click.ClickException) as caught:
        project.run(UNTRACKED | params, pipeline="mnist_vae")
    for part in parts:
        assert part in caught.value.message


def test_the_likelihood_of_one_image_has_no_spread():
    with pytest.raises(SettingError, match="'iwae_images' is 1"):
        VAEReport.model_validate({"iwae_images": 1})
