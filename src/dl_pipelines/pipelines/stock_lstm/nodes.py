"""Nodes of `stock_lstm`: thin adapters between the catalog and the layers below."""

import pandas as pd

from dl_pipelines.evaluation.baselines import reference_forecasts
from dl_pipelines.evaluation.forecasts import with_interval
from dl_pipelines.evaluation.holdout import (
    evaluate_forecasts,
    metrics_by_seed,
    metrics_by_year,
    period,
    reference_metrics,
)
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute, Holdout
from dl_pipelines.pipelines.stock_lstm.adapters import (
    blocks_of,
    check_weights,
    fit,
    forecast_parts,
    join_history,
    learning_splits,
    pack_weights,
    split_of,
    states_of,
    task_of,
)
from dl_pipelines.pipelines.stock_lstm.packing import pack_calibration
from dl_pipelines.pipelines.stock_lstm.params import Forecaster, Interval, Training, WalkForward


def forecast_references(features: pd.DataFrame, holdout: Holdout) -> pd.DataFrame:
    """Forecast by persistence, by the scaled close and by the HAR ridge."""
    span = holdout.model_dump(include={"start", "test_start", "end"})
    return reference_forecasts(features, **span)


def train_forecaster(
    *,
    features: pd.DataFrame,
    holdout: Holdout,
    forecaster: Forecaster,
    training: Training,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[Weights, Weights, pd.DataFrame]:
    """Train the models that forecast the validation days, and those that forecast the test."""
    task = task_of(features, holdout, forecaster)
    splits = learning_splits(task, holdout, training)
    fits = fit(
        task, splits, forecaster, training=training, compute=compute, checkpoints=checkpoints
    )
    validated, final = (
        pack_weights(task, splits[which], fits[which], forecaster, training) for which in (0, -1)
    )
    return validated, final, join_history(fits)


def forecast_holdout(
    *,
    validation_weights: Weights,
    weights: Weights,
    features: pd.DataFrame,
    references: pd.DataFrame,
    holdout: Holdout,
    forecaster: Forecaster,
    training: Training,
    interval: Interval,
) -> pd.DataFrame:
    """Forecast the validation and the test days, each by models that have not seen them."""
    task = task_of(features, holdout, forecaster)
    split, splits = split_of(task, holdout), learning_splits(task, holdout, training)
    check_weights(validation_weights, task, splits[0], forecaster, training)
    check_weights(weights, task, splits[-1], forecaster, training)
    parts = [(states_of(validation_weights), split.valid), (states_of(weights), split.test)]
    days, forecasts = forecast_parts(
        task, forecaster, parts, references=references, seeds=weights.header["seeds"]
    )
    return with_interval(
        forecasts, task.scale(days), test_start=holdout.test_start, **interval.model_dump()
    )


def pack_forecaster(
    *,
    weights: Weights,
    forecasts: pd.DataFrame,
    features: pd.DataFrame,
    holdout: Holdout,
    forecaster: Forecaster,
    interval: Interval,
) -> Weights:
    """Put beside the networks what their interval takes: what can be served from bars alone."""
    task = task_of(features, holdout, forecaster)
    return pack_calibration(
        weights,
        forecasts,
        task,
        test_start=holdout.test_start,
        interval=interval,
        ts_code=features.attrs.get("ts_code"),
    )


def evaluate_holdout(
    forecasts: pd.DataFrame, holdout: Holdout
) -> tuple[dict[str, float], dict[str, float], pd.DataFrame, pd.DataFrame]:
    """Judge the forecasts of the test days: the variant, the references, by seed and by year."""
    test = period(forecasts, holdout.test_start, holdout.end)
    by_seed, by_year = metrics_by_seed(test), metrics_by_year(test)
    return evaluate_forecasts(test), reference_metrics(test), by_seed, by_year


def evaluate_walk_forward(
    *,
    weights: Weights,
    features: pd.DataFrame,
    references: pd.DataFrame,
    walk_forward: WalkForward,
    holdout: Holdout,
    forecaster: Forecaster,
    training: Training,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Train anew on all the past block by block; `weights` have learnt for the first one."""
    task = task_of(features, holdout, forecaster)
    learnt = learning_splits(task, holdout, training)[-1]
    check_weights(weights, task, learnt, forecaster, training)
    first, *later = blocks_of(task, holdout, walk_forward.refit_every)
    trained = training.model_copy(update={"seeds": walk_forward.seeds})
    splits = later if training.patience else [block.joined() for block in later]
    fits = fit(task, splits, forecaster, training=trained, compute=compute, checkpoints=checkpoints)
    parts = [(states_of(weights, walk_forward.seeds), first.test)]
    parts += [(each.states, block.test) for each, block in zip(fits, later, strict=True)]
    _, forecasts = forecast_parts(
        task, forecaster, parts, references=references, seeds=walk_forward.seeds
    )
    metrics = evaluate_forecasts(forecasts)
    return forecasts, {f"walk_forward.{name}": figure for name, figure in metrics.items()}
