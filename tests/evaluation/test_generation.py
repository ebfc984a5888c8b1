import numpy as np
import pytest

from dl_pipelines.evaluation.feature_distances import frechet_distance
from dl_pipelines.evaluation.generation import feature_metrics, floor_metrics, generator_metrics
from dl_pipelines.evaluation.sample_classes import class_histogram

SETTINGS = {"subsets": 5, "subset_rows": 50, "neighbours": 2}


@pytest.fixture(scope="module")
def features() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    parts = {"generated": 100, "real": 100, "train": 300}
    features = {name: random.normal(size=(rows, 4)) for name, rows in parts.items()}
    features["generated"] += 1.0
    return features


@pytest.fixture(scope="module")
def metrics(features) -> dict[str, float]:
    real = features["real"]
    return generator_metrics(
        feature_metrics(features["generated"], real, **SETTINGS),
        floor_metrics(features["train"], real, rows=100, **SETTINGS),
        class_histogram([0, 0, 1], [0, 1, 2], classes=3),
        network="mnist_cnn-1a2b3c4d",
    )


def test_the_figures_have_the_names_that_are_asked_for(metrics):
    asked = {"frechet", "frechet_floor", "kernel_distance", "precision", "recall", "label_kl"}
    assert asked <= set(metrics)
    assert metrics["frechet.mnist_cnn-1a2b3c4d"] == metrics["frechet"]
    assert metrics["kernel_distance.mnist_cnn-1a2b3c4d"] == metrics["kernel_distance"]
    assert all(type(value) is float for value in metrics.values())


def test_shifted_samples_are_farther_than_training_images(features, metrics):
    assert metrics["frechet"] == frechet_distance(features["generated"], features["real"])
    assert metrics["frechet"] > 3.5 > metrics["frechet_floor"]
    assert metrics["frechet_ratio"] == metrics["frechet"] / metrics["frechet_floor"]
    assert metrics["kernel_distance"] > 10 * abs(metrics["kernel_distance_floor"])
    assert metrics["precision"] < metrics["precision_reference"]
    assert metrics["recall"] < metrics["recall_reference"]


def test_samples_in_the_middle_of_the_real_ones_are_more_precise_than_training_images(features):
    real = features["real"]
    blurred = feature_metrics(features["train"] * 0.3, real, **SETTINGS)
    reference = floor_metrics(features["train"], real, rows=300, **SETTINGS)
    assert blurred["precision"] > reference["precision_reference"]
    assert blurred["recall"] < reference["recall_reference"]


def test_classes_are_those_of_the_histogram(metrics):
    assert metrics["classes_present"] == 2.0
    assert metrics["label_kl"] == pytest.approx(2 / 3 * np.log(2))


def test_the_floor_is_that_of_as_many_training_images(features):
    train, real = features["train"], features["real"]
    few, all_of_them = (floor_metrics(train, real, rows=rows, **SETTINGS) for rows in (100, 999))
    assert all_of_them["frechet_floor"] == pytest.approx(frechet_distance(train, real))
    assert few["frechet_floor"] > all_of_them["frechet_floor"]
    assert few == floor_metrics(train, real, rows=100, **SETTINGS)
    assert few != floor_metrics(train, real, rows=100, seed=1, **SETTINGS)
