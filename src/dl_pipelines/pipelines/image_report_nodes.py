"""Nodes of the pipelines that classify images: judging, comparing, drawing."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.class_holdout import (
    class_table,
    class_verdict,
    holdout_metrics,
    metrics_by_seed,
)
from dl_pipelines.evaluation.classification import (
    CLASS_NAMES,
    confusion,
    expected_calibration_error,
    per_class,
    reliability,
    worst_mistakes,
)
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.classification import ClassReport, Mnist
from dl_pipelines.pipelines.image_weights import first_filters

SHOWN = 40  # images

Arrays = dict[str, NDArray[Any]]


def evaluate_holdout(
    *, predictions: pd.DataFrame, votes: pd.DataFrame, timing: dict[str, float], report: ClassReport
) -> tuple[dict[str, float], pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Judge the networks one by one and together; where they err, and how sure they are."""
    test = votes[votes["part"] == "test"]
    return (
        holdout_metrics(predictions, votes, bins=report.bins) | timing,
        metrics_by_seed(predictions, bins=report.bins),
        per_class(test),
        confusion(test),
        reliability(test, report.bins),
        worst_mistakes(test, report.mistakes),
    )


def draw_images(images: Arrays, mnist: Mnist) -> dict[str, Figure]:
    """Draw the first images of the training part (book figure 3-4)."""
    names = CLASS_NAMES[mnist.dataset]
    first, labels = images["train_images"][:SHOWN], images["train_labels"][:SHOWN]
    return {"samples.png": figures.sample_digits(first, labels.astype(np.int64), names)}


def report_results(
    *,
    mnist: Mnist,
    data_report: dict[str, Any],
    weights: Weights,
    holdout_metrics: dict[str, float],
    kfold_metrics: dict[str, float],
    by_seed: pd.DataFrame,
    votes: pd.DataFrame,
) -> tuple[dict[str, float], pd.DataFrame, str, dict[str, str]]:
    """Put all figures into one flat dictionary, one table and one verdict."""
    metrics = holdout_metrics | kfold_metrics
    # What the weights are called, whatever this run's settings call theirs.
    name, shifts = weights.header["name"], weights.header["shifts"]
    source, sample = data_report["source"], data_report["sample"]
    table = class_table(by_seed, metrics, sample=sample)
    verdict = class_verdict(metrics, votes, name=name, source=source, sample=sample, shifts=shifts)
    tags = {"dataset": mnist.dataset, "recipe": name, "data.source": source}
    return metrics, table, verdict, tags


def draw_results(
    *,
    images: Arrays,
    weights: Weights,
    history: pd.DataFrame,
    confusion: pd.DataFrame,
    reliability: pd.DataFrame,
    mistakes: pd.DataFrame,
    robustness: pd.DataFrame,
    mnist: Mnist,
) -> dict[str, Figure]:
    """Draw how the networks learnt, what they look for, where they err and how sure they are."""
    names, name = CLASS_NAMES[mnist.dataset], weights.header["name"]
    ece = expected_calibration_error(reliability)
    return {
        "loss_curves.png": figures.loss_curves(history, name, loss="Cross-entropy (nats)"),
        "accuracy_curves.png": figures.accuracy_curves(history, name),
        "learning_rate.png": figures.learning_rate(history),
        "learned_filters.png": figures.learned_filters(first_filters(weights)),
        "confusion.png": figures.confusion_matrix(confusion, names),
        "reliability.png": figures.reliability_diagram(reliability, ece),
        "worst_mistakes.png": figures.worst_mistakes(images["test_images"], mistakes, names),
        "robustness.png": figures.robustness(robustness),
    }
