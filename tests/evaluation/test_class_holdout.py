import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.class_holdout import (
    class_table,
    class_verdict,
    holdout_metrics,
    metrics_by_seed,
)


def frame(first: list[float]) -> pd.DataFrame:
    """Two validation and two test images of two classes; `first` are the probabilities of 0."""
    p_0 = np.array(first)
    return pd.DataFrame(
        {
            "part": ["valid", "valid", "test", "test"],
            "row": [0, 1, 0, 1],
            "actual": [0, 1, 0, 1],
            "p_0": p_0,
            "p_1": 1 - p_0,
            "predicted": (p_0 < 0.5).astype(int),
        }
    )


@pytest.fixture
def predictions() -> pd.DataFrame:
    """Seed 3 mistakes the last test image, seed 1 the first validation image."""
    seeds = {3: frame([0.9, 0.25, 0.85, 0.65]), 1: frame([0.45, 0.25, 0.85, 0.15])}
    return pd.concat([rows.assign(seed=seed) for seed, rows in seeds.items()], ignore_index=True)


@pytest.fixture
def votes() -> pd.DataFrame:
    """Their mean, which is right."""
    return frame([0.675, 0.25, 0.85, 0.4])


def test_every_network_has_its_figures_in_the_order_of_the_frame(predictions):
    by_seed = metrics_by_seed(predictions, bins=15)
    assert by_seed["seed"].tolist() == [3, 1]
    assert by_seed["test_accuracy"].tolist() == [0.5, 1.0]
    assert by_seed["validation_accuracy"].tolist() == [1.0, 0.5]
    losses = [-np.log([0.85, 0.35]).mean(), -np.log([0.85, 0.85]).mean()]
    np.testing.assert_allclose(by_seed["test_loss"], losses)
    losses = [-np.log([0.9, 0.75]).mean(), -np.log([0.45, 0.75]).mean()]
    np.testing.assert_allclose(by_seed["validation_loss"], losses)
    # Of the test alone: 0.15 and 0.65 in two bins, then 0.85 twice in one.
    np.testing.assert_allclose(by_seed["ece"], [(0.15 + 0.65) / 2, 0.15])


def test_the_metrics_are_means_over_seeds_with_their_spread_and_the_vote(predictions, votes):
    metrics = holdout_metrics(predictions, votes, bins=15)
    figures = ("test_accuracy", "test_loss", "ece", "validation_accuracy", "validation_loss")
    names = {form for name in figures for form in (name, f"{name}_sd", f"vote.{name}")}
    assert set(metrics) == names
    assert metrics["test_accuracy"] == 0.75
    assert metrics["test_accuracy_sd"] == pytest.approx(np.std([0.5, 1.0], ddof=1))
    assert metrics["vote.test_accuracy"] == 1.0
    assert metrics["vote.test_loss"] == pytest.approx(-np.log([0.85, 0.6]).mean())
    assert metrics["vote.validation_loss"] == pytest.approx(-np.log([0.675, 0.75]).mean())


def test_one_network_has_no_spread(predictions, votes):
    metrics = holdout_metrics(predictions[predictions["seed"] == 3], votes, bins=15)
    assert metrics["test_accuracy"] == 0.5
    assert not [name for name in metrics if name.endswith("_sd")]


def test_a_part_without_predictions_is_an_error(predictions):
    with pytest.raises(DataError, match="no predictions"):
        metrics_by_seed(predictions[predictions["part"] == "test"], bins=15)


def comparison(predictions: pd.DataFrame, votes: pd.DataFrame, *, sample: bool = False):
    by_seed = metrics_by_seed(predictions, bins=15)
    return class_table(by_seed, holdout_metrics(predictions, votes, bins=15), sample=sample)


def test_the_table_calls_the_accuracy_on_a_sample_one(predictions, votes):
    table = comparison(predictions, votes, sample=True)
    assert [name for name in table if "accuracy" in name] == [
        "test sample accuracy %",
        "validation sample accuracy %",
    ]


def test_every_calibration_error_has_the_bins_that_are_asked_for(predictions, votes):
    # In one bin only the means count: confidence 0.75 against half right, then 0.85 against all.
    by_seed = metrics_by_seed(predictions, bins=1)
    np.testing.assert_allclose(by_seed["ece"], [0.25, 0.15])
    metrics = holdout_metrics(predictions, votes, bins=1)
    assert metrics["ece"] == pytest.approx(0.2)
    assert metrics["vote.ece"] == pytest.approx(1.0 - (0.85 + 0.6) / 2)


def test_the_table_has_a_row_a_network_and_one_for_the_vote(predictions, votes):
    table = comparison(predictions, votes)
    assert table["network"].tolist() == ["seed 3", "seed 1", "vote"]
    assert table["test accuracy %"].tolist() == [50.0, 100.0, 100.0]
    assert table["validation accuracy %"].tolist() == [100.0, 50.0, 100.0]
    np.testing.assert_allclose(table["ECE %"].iloc[:2], [40.0, 15.0])
    assert table["test loss"].iloc[2] == pytest.approx(-np.log([0.85, 0.6]).mean())


@pytest.fixture
def say(predictions, votes):
    """The verdict."""

    def verdict(
        metrics: dict[str, float] | None = None,
        *,
        seeds: int = 2,
        sample: bool = False,
        shifts: int = 0,
    ):
        known = predictions[predictions["seed"].isin([3, 1][:seeds])]
        told = {"name": "book", "source": "own files", "sample": sample, "shifts": shifts}
        measured = holdout_metrics(known, votes, bins=15) | (metrics or {})
        return class_verdict(measured, votes, **told)

    return verdict


def test_the_verdict_tells_accuracy_spread_vote_and_calibration(say):
    told = say()
    assert told.startswith("book on own files: test accuracy 75.00 % ± 35.36 over seeds")
    assert "(validation 75.00 %)" in told
    # Wilson's interval of 2 right ones of 2: from 1 / (1 + 1.96² / 2) up.
    assert "The vote of the networks has a test accuracy of 100.00 % (Wilson's" in told
    assert "over 2 images: 34.24 % to 100.00 %)" in told
    # Its own, not the mean of the networks': 0.85 and 0.6 in two bins, both right.
    assert "The vote's confidence and accuracy lie 27.50 % apart (ECE)" in told
    assert "k-fold" not in told and "sample" not in told


def test_the_verdict_tells_whether_images_were_moved(say):
    assert "networks, each image also moved by up to 2 pixels, has a test" in say(shifts=2)
    assert "moved by up to 1 pixel, has" in say(shifts=1)


def test_the_verdict_on_one_network_tells_no_spread_and_no_vote(say):
    told = say(seeds=1)
    assert "test accuracy 50.00 % (validation" in told
    assert "). Wilson's 95 % interval over 2 images: 34.24 % to 100.00 %. Confidence and" in told
    assert "vote" not in told
    assert "The vote of the networks, each image" in say(seeds=1, shifts=1)


def test_the_verdict_tells_of_k_fold_where_it_ran(say):
    told = say({"kfold.accuracy_mean": 0.9876, "kfold.accuracy_sd": 0.0012})
    assert "k-fold on the training images: accuracy 98.76 % ± 0.12 over folds." in told


def test_an_accuracy_on_a_sample_is_called_one(say):
    told = say({"kfold.accuracy_mean": 0.9876, "kfold.accuracy_sd": 0.0012}, sample=True)
    assert told.count("accuracy") == told.count("sample accuracy") == 5
    assert "test sample accuracy 75.00 %" in told
    assert told.endswith("A sample accuracy is no match for figures of the whole data set.")
