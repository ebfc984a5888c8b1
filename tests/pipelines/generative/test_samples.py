"""Samples: drawn, read and judged."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.params.classification import Mnist
from dl_pipelines.params.generation import Generative
from dl_pipelines.pipelines.sample_adapters import draw_samples
from dl_pipelines.pipelines.sample_nodes import (
    announce_run,
    describe_run,
    evaluate_samples,
    read_samples,
)
from dl_pipelines.pipelines.sample_reader import first_member, reader_name
from dl_pipelines.training.reading import read_images
from tests.pipelines.generative.settings import COMPUTE, changed, given

LABELS = np.arange(40) % 10
SEEDS = np.array([10, 2])


def noise_sampler(count: int, generator: torch.Generator, asked: Any) -> torch.Tensor:
    """Pictures that are the noise itself; the first pixel is the class that was asked for."""
    made = torch.randint(0, 256, (count, 2, 2), generator=generator, dtype=torch.uint8)
    if asked is not None:
        made[:, 0, 0] = asked
    return made


def test_the_networks_of_all_seeds_make_images_of_the_same_noise():
    samplers = {10: noise_sampler, 2: noise_sampler}
    drawn = draw_samples(samplers, 25, seed=4)
    assert set(drawn) == {"images", "seeds"}
    assert drawn["images"].shape == (2, 25, 2, 2)
    assert drawn["seeds"].tolist() == [10, 2]
    np.testing.assert_array_equal(*drawn["images"])
    assert not np.array_equal(draw_samples(samplers, 25, seed=5)["images"], drawn["images"])


def test_all_classes_are_asked_for_in_turn():
    drawn = draw_samples({0: noise_sampler}, 25, seed=4, conditional=True)
    assert drawn["asked"].tolist() == [*range(10), *range(10), *range(5)]
    np.testing.assert_array_equal(drawn["images"][0, :, 0, 0], drawn["asked"])


@pytest.mark.parametrize("count", [30, 260])
def test_samples_test_images_and_as_many_training_images_are_read(images, classifier, count):
    every = np.concatenate([images["train_images"], images["test_images"]])
    samples = {"images": np.stack([every[:count], every[::-1][:count]])}
    known = {"images": images, "samples": samples, "classifier": classifier}
    readings = read_samples(**given(read_samples, **known))

    def read(pictures: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        compute = COMPUTE.model_dump()
        return read_images(*first_member(classifier), torch.from_numpy(pictures), compute=compute)

    for place, made in enumerate(samples["images"]):
        features, classes = read(made)
        np.testing.assert_array_equal(readings["features"][place], features)
        np.testing.assert_array_equal(readings["classes"][place], classes)
    of_test, read_in_test = read(images["test_images"])
    np.testing.assert_array_equal(readings["test_features"], of_test)
    np.testing.assert_array_equal(readings["test_classes"], read_in_test)
    assert str(readings["network"]) == reader_name(classifier)
    of_training = {row.tobytes() for row in read(images["train_images"])[0].numpy()}
    found = [row.tobytes() for row in readings["train_features"]]
    assert len(found) == min(count, 240) and set(found) <= of_training
    if count > 240:
        assert set(found) == of_training


NETWORK = "mnist_cnn-1a2b3c4d"


def by_hand(*, asked: bool) -> dict[str, Any]:
    """What `evaluate_samples` judges, of two seeds: the test images themselves, and others."""
    real = np.random.default_rng(0).normal(size=(40, 3))
    mistaken = np.where(LABELS == 3, 5, LABELS)  # 4 of 40
    samples = {"images": np.zeros((2, 40, 1, 1), dtype=np.uint8), "seeds": SEEDS}
    readings = {
        "features": np.stack([real, real + 100.0]),
        "classes": np.stack([mistaken, np.full(40, 7)]),
        "test_features": real,
        "test_classes": mistaken,
        "train_features": real[::-1],
        "network": np.array(NETWORK),
    }
    return {
        "images": {"test_labels": LABELS.astype(np.uint8)},
        "samples": samples | ({"asked": LABELS} if asked else {}),
        "readings": readings,
    } | changed("judging", samples=40)


def test_samples_are_judged_seed_by_seed():
    known = by_hand(asked=True)
    metrics, by_seed, _ = evaluate_samples(**given(evaluate_samples, **known))
    first, second = by_seed.to_dict("records")
    assert (first["seed"], second["seed"]) == (10, 2)
    assert first["frechet"] == pytest.approx(0.0, abs=1e-9)
    assert first["precision"] == first["recall"] == 1.0
    assert first["conditional_accuracy"] == 0.9
    assert first["conditional_accuracy_worst"] == 0.0
    assert first["label_kl"] == pytest.approx(0.2 * np.log(2))  # a class twice as often as real
    assert first["classes_present"] == 9
    assert second["frechet"] == pytest.approx(3 * 100.0**2)
    assert second["precision"] == second["recall"] == 0.0
    assert second["conditional_accuracy"] == 0.1
    assert second["label_kl"] == pytest.approx(np.log(10))
    assert metrics["frechet"] == pytest.approx(1.5 * 100.0**2)
    assert metrics["frechet_sd"] == pytest.approx(3 * 100.0**2 / 2**0.5)
    assert metrics["precision"] == metrics["conditional_accuracy"] == 0.5
    assert metrics["precision_sd"] == pytest.approx(0.5**0.5)
    assert metrics["frechet_floor"] == pytest.approx(0.0, abs=1e-9)
    assert metrics["classifier_accuracy"] == 0.9
    for name in ("frechet", "kernel_distance"):
        assert metrics[f"{name}.{NETWORK}"] == metrics[name]


def test_what_no_seed_changes_and_what_is_a_spread_has_none():
    metrics, *_ = evaluate_samples(**given(evaluate_samples, **by_hand(asked=True)))
    spreads = {name for name in metrics if name.endswith("_sd")}
    assert spreads == {
        *(f"{name}_sd" for name in ("frechet", "frechet_ratio", "kernel_distance", "precision")),
        *(f"{name}_sd" for name in ("recall", "label_kl", "classes_present")),
        *("conditional_accuracy_sd", "conditional_accuracy_worst_sd", "kernel_distance_subset_sd"),
    }


def test_classes_of_the_first_seeds_samples_are_counted():
    known = by_hand(asked=True)
    *_, per_class = evaluate_samples(**given(evaluate_samples, **known))
    assert per_class["generated"].tolist() == [4, 4, 4, 0, 4, 8, 4, 4, 4, 4]
    assert per_class["real"].tolist() == [4] * 10
    assert per_class["right"].tolist() == [4, 4, 4, 0, 4, 4, 4, 4, 4, 4]


def test_where_no_class_can_be_asked_for_there_is_nothing_to_obey():
    known = by_hand(asked=False)
    metrics, by_seed, per_class = evaluate_samples(**given(evaluate_samples, **known))
    told = {*metrics, *by_seed, *per_class}
    assert {"frechet", "label_kl", "generated"} <= told
    assert not [name for name in told if name.startswith("conditional") or name == "right"]


def test_a_run_is_announced_before_its_training_and_described_by_its_weights(
    classifier, generators
):
    mnist = Mnist(dataset="fashion", mlp="a", cnn="b", vae="c", gan="d", dcgan="e", cgan="renamed")
    announced = announce_run(
        mnist=mnist,
        generative=Generative(profile="quick"),
        data_report={"source": "mirror", "sample": False},
        classifier=classifier,
    )
    assert announced == {
        "dataset": "fashion",
        "data.source": "mirror",
        "data.sample": "false",
        "profile": "quick",
        "classifier": reader_name(classifier),
        "classifier.recipe": classifier.header["name"],
    }
    old = replace(generators, header=generators.header | {"profile": "full"})
    tags = describe_run(announced, old, {"network": np.array(NETWORK)})
    assert tags == announced | {
        "recipe": "tiny linear_cgan",
        "profile": "full",
        "classifier": NETWORK,
    }


def test_the_floor_is_that_of_training_images(images, classifier):
    """Training images as samples are as near to the test as the floor says."""
    labelled = LabelledImages.from_arrays(images)
    samples = {"images": labelled.images[:240][None].numpy(), "seeds": np.array([0])}
    known = {"images": images, "samples": samples, "classifier": classifier}
    known |= changed("judging", samples=240)
    readings = read_samples(**given(read_samples, **known))
    metrics, *_ = evaluate_samples(**given(evaluate_samples, **known, readings=readings))
    assert metrics["frechet_floor"] > 0
    assert metrics["frechet_ratio"] == pytest.approx(1.0, rel=1e-6)
    assert metrics["precision"] == pytest.approx(metrics["precision_reference"])
    assert metrics["recall"] == pytest.approx(metrics["recall_reference"])
