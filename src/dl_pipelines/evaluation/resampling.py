"""Figures of merit of predictions over the test parts of resampled splits.

A `predictions` frame has one row a predicted row of a split: split (number of the split), row (row
of the features), part ("valid" or "test"), actual, one column seed_<s> for each net that
`prediction` averages (none for a baseline), and prediction; all values in the price's unit.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.metrics import log_rmse, mae, r2, rmse

_ENSEMBLE = "ensemble_"
_SEED_SD = "_seed_sd"


def average_predictions(models: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The mean of several models' predictions of the same rows.

    Args:
        models: Model → its predictions frame.

    Returns:
        A predictions frame without seeds.

    Raises:
        DataError: If the models did not predict the same rows.
    """
    rows = ["split", "row", "part", "actual"]
    first, *others = models.values()
    for name, frame in models.items():
        if not frame[rows].equals(first[rows]):
            raise DataError(
                f"{name} did not predict the rows that the other models did; run its evaluation "
                "again with the same splits."
            )
    mean = sum((frame["prediction"] for frame in others), first["prediction"]) / len(models)
    return first[rows].assign(prediction=mean)


def metrics_by_split(predictions: pd.DataFrame, *, log: bool = False) -> pd.DataFrame:
    """Errors in the test part of each split.

    Args:
        predictions: A predictions frame.
        log: Whether the errors of the logarithm count too.

    Returns:
        One row a split: split, rows; rmse, mae (price unit), r2 (fraction) and, if `log`,
        log_rmse: means over the seeds of each seed's own figure, or the figure of `prediction`
        where there are no seeds; <figure>_seed_sd, their SD over the seeds (0 without two); and,
        where there are several seeds, ensemble_<figure>, that of `prediction`; where rows validate,
        validation_rmse and, if `log`, validation_log_rmse, those of `prediction` on them.

    Raises:
        DataError: If a prediction is missing, the test prices of a split are all the same, or
            `log` meets a value that is not positive.
    """
    scores = _scores(predictions, log=log)
    own, average = _seeds(scores), scores.loc["prediction"]
    grouped = own.drop(columns="rows").groupby("split")
    parts = [average["rows"], grouped.mean(), grouped.std().fillna(0.0).add_suffix(_SEED_SD)]
    if len(own) > len(average):
        parts.append(average.drop(columns="rows").add_prefix(_ENSEMBLE))
    parts.append(_validation(predictions, log=log))
    by_split: pd.DataFrame = pd.concat(parts, axis=1).reset_index()
    return by_split


def summarize(by_split: pd.DataFrame) -> dict[str, float]:
    """Mean and standard deviation of the figures of `metrics_by_split` over the splits.

    Args:
        by_split: Frame of `metrics_by_split`.

    Returns:
        <figure>_mean and <figure>_sd for rmse, mae, r2 and, where they are, log_rmse,
        ensemble.<the same>, validation_rmse and validation_log_rmse. The SD is over the splits
        (n - 1); where there is one split, over its seeds, and 0 for one seed and for what is not
        a mean over seeds.
    """
    summary: dict[str, float] = {}
    for name in _figures(by_split):
        values = by_split[name]
        of_seeds = by_split.get(name + _SEED_SD, pd.Series([0.0]))
        spread = values.std() if len(values) > 1 else of_seeds.iloc[0]
        key = name.replace(_ENSEMBLE, "ensemble.")
        summary |= {f"{key}_mean": float(values.mean()), f"{key}_sd": float(spread)}
    return summary


def metrics_by_seed(predictions: pd.DataFrame, *, log: bool = False) -> pd.DataFrame:
    """Errors of each seed's own nets: the means over the splits' test parts.

    Args:
        predictions: A predictions frame.
        log: Whether the errors of the logarithm count too.

    Returns:
        One row a seed: seed, rmse, mae (price unit), r2 (fraction) and, if `log`, log_rmse; no
        rows for a baseline.

    Raises:
        DataError: As `metrics_by_split`.
    """
    scores = _scores(predictions, log=log).drop(columns="rows")
    seeds_only = scores.drop(index="prediction", level="column")
    by_seed = seeds_only.groupby("column", sort=False).mean()
    seeds = by_seed.index.str.removeprefix("seed_").astype(int)
    return by_seed.set_axis(seeds.rename("seed")).reset_index()


def repeats(by_split: pd.DataFrame, folds: int) -> pd.DataFrame:
    """Figures of each repeat of a repeated k-fold cross-validation.

    Args:
        by_split: Frame of `metrics_by_split`; the folds of a repeat follow each other.
        folds: Folds a repeat.

    Returns:
        One row a repeat: repeat (from 0) and the means of its folds' figures.

    Raises:
        DataError: If the splits are not whole repeats.
    """
    if len(by_split) % folds:
        raise DataError(
            f"{len(by_split)} splits are no whole number of repeats of {folds} folds; evaluate all "
            "folds of each repeat."
        )
    repeat = pd.Series(np.arange(len(by_split)) // folds, name="repeat")
    ordered = by_split.sort_values("split", ignore_index=True)
    return ordered[_figures(by_split)].groupby(repeat).mean().reset_index()


def _validation(predictions: pd.DataFrame, *, log: bool) -> pd.DataFrame:
    """Errors of `prediction` on the validation rows of each split; no columns without such rows."""
    errors = {"rmse": rmse} | ({"log_rmse": log_rmse} if log else {})
    valid = predictions[predictions["part"] == "valid"]
    scores = {
        split: {
            f"validation_{name}": error(rows["actual"], rows["prediction"])
            for name, error in errors.items()
        }
        for split, rows in valid.groupby("split")
    }
    return pd.DataFrame.from_dict(scores, orient="index").rename_axis("split")


def _scores(predictions: pd.DataFrame, *, log: bool) -> pd.DataFrame:
    """Figures of the test part; index column (seed_<s> or prediction), split."""
    figures = {"rmse": rmse, "mae": mae, "r2": r2} | ({"log_rmse": log_rmse} if log else {})
    test = predictions[predictions["part"] == "test"]
    columns = [str(name) for name in test if str(name).startswith("seed_")]
    scores = [
        {"column": column, "split": split, "rows": len(rows)}
        | {name: figure(rows["actual"], rows[column]) for name, figure in figures.items()}
        for split, rows in test.groupby("split")
        for column in [*columns, "prediction"]
    ]
    return pd.DataFrame(scores).set_index(["column", "split"])


def _seeds(scores: pd.DataFrame) -> pd.DataFrame:
    """The rows of the seeds, or of the prediction where there are none."""
    seeds = scores.drop(index="prediction", level="column")
    return scores if seeds.empty else seeds


def _figures(by_split: pd.DataFrame) -> list[str]:
    """The columns that hold figures of merit."""
    return [
        str(name)
        for name in by_split.columns.drop(["split", "rows"])
        if not str(name).endswith(_SEED_SD)
    ]
