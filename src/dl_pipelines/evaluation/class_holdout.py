"""Classifiers of several seeds on their holdout: one by one, together, and in words.

`predictions` are frames of `evaluation.class_predictions` with a column `seed`, below each other;
`votes` is the frame of the networks' mean.
"""

from collections.abc import Mapping

import pandas as pd

from dl_pipelines.evaluation.classification import accuracy_interval, evaluate_classes
from dl_pipelines.evaluation.seeds import over_seeds
from dl_pipelines.evaluation.wording import percent

_PARTS = {"test": "test", "valid": "validation"}


def metrics_by_seed(predictions: pd.DataFrame, *, bins: int) -> pd.DataFrame:
    """Figures of each seed's own network.

    Args:
        predictions: Of each seed.
        bins: Bins of the calibration error.

    Returns:
        One row a seed: seed, test_accuracy, test_loss, ece (of the test), validation_accuracy and
        validation_loss; see `evaluate_classes`.
    """
    rows = [
        {"seed": seed, **_figures(frame, bins)}
        for seed, frame in predictions.groupby("seed", sort=False)
    ]
    return pd.DataFrame(rows)


def holdout_metrics(
    predictions: pd.DataFrame, votes: pd.DataFrame, *, bins: int
) -> dict[str, float]:
    """Figures of the networks and of their vote.

    Args:
        predictions: Of each seed.
        votes: Of all of them together.
        bins: Bins of the calibration error.

    Returns:
        The means over the seeds of the figures of `metrics_by_seed`; where there are several seeds
        `<figure>_sd` (n - 1) too; and `vote.<figure>`, those of the vote.
    """
    metrics = over_seeds(metrics_by_seed(predictions, bins=bins))
    return metrics | {f"vote.{name}": value for name, value in _figures(votes, bins).items()}


def class_table(
    by_seed: pd.DataFrame, metrics: Mapping[str, float], *, sample: bool
) -> pd.DataFrame:
    """One row a network and one for their vote, for the terminal and a CSV file.

    Args:
        by_seed: Table of `metrics_by_seed`.
        metrics: Of `holdout_metrics`.
        sample: Whether the images are a sample of the data set only.

    Returns:
        Columns network, test accuracy %, validation accuracy % (of a sample: test sample accuracy %
        and so on), test loss and ECE %.
    """
    kind = _kind(sample)
    names = [f"seed {seed}" for seed in by_seed["seed"]]
    vote = {name: metrics[f"vote.{name}"] for name in by_seed.columns.drop("seed")}
    figures = pd.concat([by_seed, pd.DataFrame([vote])], ignore_index=True)
    return pd.DataFrame(
        {
            "network": [*names, "vote"],
            f"test {kind} %": 100.0 * figures["test_accuracy"],
            f"validation {kind} %": 100.0 * figures["validation_accuracy"],
            "test loss": figures["test_loss"],
            "ECE %": 100.0 * figures["ece"],
        }
    )


def class_verdict(
    metrics: Mapping[str, float],
    votes: pd.DataFrame,
    *,
    name: str,
    source: str,
    sample: bool,
    shifts: int,
) -> str:
    """Say in words how well the networks do.

    Args:
        metrics: Of `holdout_metrics`, and possibly `kfold.accuracy_mean` and `kfold.accuracy_sd`.
        votes: The predictions of the vote.
        name: What the networks are called.
        source: Where the images came from.
        sample: Whether they are a sample of the data set only.
        shifts: Pixels by which images were moved to and fro for the vote.

    Returns:
        A few sentences: accuracy and its spread over seeds, the vote (where it is more than one
        network's answer) with its 95 % interval and its calibration, and what a sample does not
        allow.
    """
    kind = _kind(sample)
    deviation = metrics.get("test_accuracy_sd")
    spread = "" if deviation is None else f" ± {_points(deviation)} over seeds"
    sentences = [
        f"{name} on {source}: test {kind} {percent(metrics['test_accuracy'])}{spread} "
        f"(validation {percent(metrics['validation_accuracy'])})",
        *_vote_sentences(metrics, votes, kind, shifts, single=deviation is None),
    ]
    if "kfold.accuracy_mean" in metrics:
        sentences.append(
            f"k-fold on the training images: {kind} {percent(metrics['kfold.accuracy_mean'])} ± "
            f"{_points(metrics['kfold.accuracy_sd'])} over folds"
        )
    if sample:
        sentences.append("A sample accuracy is no match for figures of the whole data set")
    return ". ".join(sentences) + "."


def _figures(frame: pd.DataFrame, bins: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    for part, name in _PARTS.items():
        values = evaluate_classes(frame[frame["part"] == part], bins)
        figures |= {f"{name}_accuracy": values["accuracy"], f"{name}_loss": values["loss"]}
        figures |= {"ece": values["ece"]} if part == "test" else {}
    return figures


def _vote_sentences(
    metrics: Mapping[str, float], votes: pd.DataFrame, kind: str, shifts: int, *, single: bool
) -> list[str]:
    """The interval and the calibration of the vote, or of one network that nobody votes with."""
    test = votes[votes["part"] == "test"]
    low, high = map(percent, accuracy_interval(test))
    interval = f"Wilson's 95 % interval over {len(test):,} images: {low} to {high}"
    apart = f"and {kind} lie {percent(metrics['vote.ece'])} apart (ECE)"
    if single and not shifts:
        return [interval, f"Confidence {apart}"]
    moved = f", each image also moved by up to {_pixels(shifts)}," if shifts else ""
    accuracy = percent(metrics["vote.test_accuracy"])
    return [
        f"The vote of the networks{moved} has a test {kind} of {accuracy} ({interval})",
        f"The vote's confidence {apart}",
    ]


def _pixels(count: int) -> str:
    return f"{count} pixel{'s' * (count != 1)}"


def _kind(sample: bool) -> str:
    return "sample accuracy" if sample else "accuracy"


def _points(fraction: float) -> str:
    return f"{100.0 * fraction:.2f}"
