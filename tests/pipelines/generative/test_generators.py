"""The nodes that make images of stored generators."""

from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models.generative import restore_generator
from dl_pipelines.params.generation import ImageReading
from dl_pipelines.pipelines import gan_adapters
from dl_pipelines.pipelines.gan_nodes import evaluate_teaching, make_grid, make_samples
from dl_pipelines.pipelines.sample_reader import first_member
from dl_pipelines.training.reading import read_images
from tests.pipelines.generative.settings import ADVERSARIES, COMPUTE, READING, changed, given

CHANGES: dict[str, dict[str, Any]] = {
    "networks": {"adversaries": ADVERSARIES["mnist_cgan"]},
    "condition": changed("adversaries", conditional=False),
    "holdout": changed("holdout", seed=1),
    "epochs": changed("training", epochs=3),
    "loss": changed("training", ema_decay=0.6),
}


def unconditional(weights: Weights) -> Weights:
    return replace(weights, header=weights.header | {"classes": 0})


@pytest.mark.parametrize("change", CHANGES)
def test_weights_of_other_settings_are_refused(images, generators, change):
    known = {"images": images, "weights": generators} | CHANGES[change]
    with pytest.raises(SettingError, match=r"run its node train_adversaries first\.$") as caught:
        make_samples(**given(make_samples, **known))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("part", ["train_images", "train_labels", "test_images", "test_labels"])
def test_weights_of_other_images_are_refused(images, generators, part):
    other = images | {part: images[part][::-1]}
    with pytest.raises(SettingError, match=r"'tiny linear_cgan' were trained .* other images"):
        make_samples(**given(make_samples, images=other, weights=generators))


def test_another_name_is_no_other_network(images, generators):
    known = {"images": images, "weights": generators} | changed("adversaries", name="renamed")
    assert make_samples(**given(make_samples, **known))["seeds"].tolist() == [10, 2]


def test_samples_are_those_of_each_seeds_generator(images, generators):
    made = make_samples(**given(make_samples, images=images, weights=generators))
    assert made["asked"].tolist() == [*range(10), *range(10)]
    for place, seed in enumerate((10, 2)):
        network = restore_generator(generators.header, generators.members()[f"seed_{seed}"])
        noise = torch.Generator().manual_seed(0)
        expected = network.sample(20, noise, torch.from_numpy(made["asked"]))
        np.testing.assert_array_equal(made["images"][place], expected)


def test_the_grid_has_a_row_a_class_and_a_column_a_noise(images, generators, classifier):
    known = {"images": images, "weights": generators, "classifier": classifier}
    known |= changed("report", grid=3)
    grid = make_grid(**given(make_grid, **known))
    assert grid["images"].shape == (10, 3, 28, 28)
    network = restore_generator(generators.header, generators.members()["seed_10"])
    noise = torch.randn(3, 3, generator=torch.Generator().manual_seed(0))
    for digit in range(10):
        expected = network.images(noise, torch.full((3,), digit))
        np.testing.assert_array_equal(grid["images"][digit], expected)
        _, read = read_images(*first_member(classifier), expected, compute=COMPUTE.model_dump())
        np.testing.assert_array_equal(grid["read"][digit], read)


def test_there_is_no_grid_where_no_class_can_be_asked_for(images, generators, classifier):
    known = {"images": images, "weights": unconditional(generators), "classifier": classifier}
    assert make_grid(**given(make_grid, **known)) == {}


@pytest.mark.parametrize("left_out", ["unconditional", "taught 0"])
def test_teaching_may_be_left_out(images, generators, left_out):
    known: dict[str, Any] = {"images": images, "weights": generators}
    if left_out == "unconditional":
        known["weights"] = unconditional(generators)
    else:
        known |= changed("report", taught=0)
    assert evaluate_teaching(**given(evaluate_teaching, **known)) == {}


class Perfect:
    """Gives training images of the classes that are asked for, or of others."""

    def __init__(self, images: LabelledImages, *, obeys: bool) -> None:
        labels = images.labels[: images.known]
        self._rows = [torch.where(labels == digit)[0] for digit in range(10)]
        self._images, self._shift = images.images, 0 if obeys else 1

    def sample(self, count: int, draws: torch.Generator, asked: torch.Tensor) -> torch.Tensor:
        shares = torch.rand(count, generator=draws)
        shift = torch.randint(0, 10, (count,), generator=draws) * self._shift
        of_class = [self._rows[digit] for digit in (asked + shift) % 10]
        rows = [own[int(share * len(own))] for own, share in zip(of_class, shares, strict=True)]
        return self._images[torch.stack(rows)]


def test_a_perfect_generator_teaches_and_one_that_does_not_obey_does_not(
    images, generators, monkeypatch
):
    training = READING.training.model_copy(update={"epochs": 8})
    network = READING.classifier.network.model_copy(update={"hidden": (32,)})
    reading = READING.model_copy(
        update={
            "training": training,
            "holdout": READING.holdout.model_copy(update={"images": None}),
            "classifier": READING.classifier.model_copy(update={"network": network}),
        }
    )

    def accuracy(*, obeys: bool) -> float:
        perfect = Perfect(LabelledImages.from_arrays(images), obeys=obeys)

        @contextmanager
        def stub(*_: Any) -> Any:
            yield {10: perfect}

        monkeypatch.setattr(gan_adapters, "generators", stub)
        known = {"images": images, "weights": generators, "reading": reading}
        metrics = evaluate_teaching(
            **given(evaluate_teaching, **known, **changed("report", taught=400))
        )
        assert set(metrics) == {"train_on_generated_accuracy"}
        return metrics["train_on_generated_accuracy"]

    assert accuracy(obeys=True) > 0.5
    assert accuracy(obeys=False) < 0.3


def test_what_teaches_is_of_the_first_seed_and_of_other_noise_than_what_is_judged(
    images, generators, monkeypatch
):
    taught = []

    def teach(made: torch.Tensor, asked: torch.Tensor, *_: Any, **settings: Any) -> float:
        assert isinstance(settings["reading"], ImageReading)
        taught.append((made, asked))
        return 0.5

    monkeypatch.setattr(gan_adapters, "teach", teach)
    known = {"images": images, "weights": generators} | changed("report", taught=20)
    assert evaluate_teaching(**given(evaluate_teaching, **known))
    ((made, asked),) = taught
    judged = make_samples(**given(make_samples, images=images, weights=generators))
    np.testing.assert_array_equal(asked, judged["asked"])
    same_rows = (made.numpy() == judged["images"][0]).all(axis=(1, 2))
    assert not same_rows.any()
    network = restore_generator(generators.header, generators.members()["seed_10"])
    np.testing.assert_array_equal(made, network.sample(20, torch.Generator().manual_seed(1), asked))
