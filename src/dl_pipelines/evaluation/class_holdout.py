"""Classifiers of several seeds on their holdout: one by one, together, and in words.

`predictions` are frames of `evaluation.class_predictions` with a column `seed`, below each other;
`votes` is the frame of the networks' mean.
"""

from collections.abc import Mapping

import pandas as pd

from dl_pipelines.evaluation.classification import accuracy_interval, evaluate_classes

_PARTS = {"test": "test", "valid": "validation"}


def metrics_by_seed(predictions: pd.DataFrame) -> pd.DataFrame:
    """Figures of each seed's own network.

    Returns:
        One row a seed: seed, test_accuracy, test_loss, ece (of the test), validation_accuracy and
        validation_loss; see `evaluate_classes`.
    """
    rows = [
        {"seed": seed, **_figures(frame)} for seed, frame in predictions.groupby("seed", sort=False)
    ]
    return pd.DataFrame(rows)


def holdout_metrics(predictions: pd.DataFrame, votes: pd.DataFrame) -> dict[str, float]:
    """Figures of the networks and of their vote.

    Returns:
        The means over the seeds of the figures of `metrics_by_seed`; where there are several seeds
        `<figure>_sd` (n - 1) too; and `vote.<figure>`, those of the vote.
    """
    by_seed = metrics_by_seed(predictions).drop(columns="seed")
    figures = by_seed.mean()
    if len(by_seed) > 1:
        figures = pd.concat([figures, by_seed.std().add_suffix("_sd")])
    metrics = {str(name): float(value) for name, value in figures.items()}
    return metrics | {f"vote.{name}": value for name, value in _figures(votes).items()}


def class_table(by_seed: pd.DataFrame, metrics: Mapping[str, float]) -> pd.DataFrame:
    """One row a network and one for their vote, for the terminal and a CSV file.

    Returns:
        Columns network, test accuracy %, validation accuracy %, test loss and ECE %.
    """
    names = [f"seed {seed}" for seed in by_seed["seed"]]
    vote = {name: metrics[f"vote.{name}"] for name in by_seed.columns.drop("seed")}
    figures = pd.concat([by_seed, pd.DataFrame([vote])], ignore_index=True)
    return pd.DataFrame(
        {
            "network": [*names, "vote"],
            "test accuracy %": 100.0 * figures["test_accuracy"],
            "validation accuracy %": 100.0 * figures["validation_accuracy"],
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
        A few sentences: accuracy and its spread over seeds, the vote with its 95 % interval, the
        calibration, and what a sample does not allow.
    """
    kind = "sample accuracy" if sample else "accuracy"
    test = votes[votes["part"] == "test"]
    low, high = accuracy_interval(test)
    moved = f", each image also moved by up to {shifts} pixels," if shifts else ""
    deviation = metrics.get("test_accuracy_sd")
    spread = "" if deviation is None else f" ± {_points(deviation)} over seeds"
    sentences = [
        f"{name} on {source}: test {kind} {_percent(metrics['test_accuracy'])}{spread} "
        f"(validation {_percent(metrics['validation_accuracy'])})",
        f"The vote of the networks{moved} has {_percent(metrics['vote.test_accuracy'])} (Wilson's "
        f"95 % interval over {len(test):,} images: {_percent(low)} to {_percent(high)})",
        f"Confidence and accuracy lie {_percent(metrics['ece'])} apart",
    ]
    if "kfold.accuracy_mean" in metrics:
        sentences.append(
            f"k-fold on the training images: {_percent(metrics['kfold.accuracy_mean'])} ± "
            f"{_points(metrics['kfold.accuracy_sd'])} over folds"
        )
    if sample:
        sentences.append("A sample accuracy is no match for figures of the whole data set")
    return ". ".join(sentences) + "."


def _figures(frame: pd.DataFrame) -> dict[str, float]:
    figures: dict[str, float] = {}
    for part, name in _PARTS.items():
        values = evaluate_classes(frame[frame["part"] == part])
        figures |= {f"{name}_accuracy": values["accuracy"], f"{name}_loss": values["loss"]}
        figures |= {"ece": values["ece"]} if part == "test" else {}
    return figures


def _percent(fraction: float) -> str:
    return f"{100.0 * fraction:.2f} %"


def _points(fraction: float) -> str:
    return f"{100.0 * fraction:.2f}"
