"""Nodes of `stock_lstm`: thin adapters between the catalog and the layers below."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.baselines import reference_forecasts
from dl_pipelines.evaluation.forecasts import with_interval
from dl_pipelines.evaluation.holdout import (
    evaluate_forecasts,
    metrics_by_seed,
    metrics_by_year,
    period,
    reference_metrics,
)
from dl_pipelines.evaluation.verdict import comparison_table, verdict
from dl_pipelines.frames.calendar import trading_sessions
from dl_pipelines.frames.cleaning import clean_daily_bars
from dl_pipelines.frames.features import daily_features
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.frames.quality import quality_report
from dl_pipelines.frames.schemas import check_daily_bars
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute, Holdout, Training
from dl_pipelines.pipelines.stock_lstm.adapters import (
    blocks_of,
    collect_metrics,
    comparison_rows,
    fit,
    forecast_parts,
    join_history,
    pack_weights,
    split_of,
    states_of,
    task_of,
)
from dl_pipelines.pipelines.stock_lstm.params import Forecaster, Interval, WalkForward


def ingest_bars(daily_bars_source: pd.DataFrame) -> pd.DataFrame:
    """Check the bars of a file or of the provider before they become the raw table."""
    return check_daily_bars(parse_daily_bars(daily_bars_source))


def clean_bars(daily_bars_raw: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Keep the exchange's trading days, and report on the data's quality."""
    sessions = trading_sessions(*daily_bars_raw["date"].iloc[[0, -1]])
    bars = clean_daily_bars(daily_bars_raw, sessions)
    return bars, quality_report(daily_bars_raw, bars, sessions)


def build_features(daily_bars: pd.DataFrame) -> pd.DataFrame:
    """Compute the features known at each close, and the next day's high."""
    return daily_features(daily_bars)


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
    split = split_of(task, holdout)
    splits = [split] if training.patience else [split, split.joined()]
    fits = fit(
        task, splits, forecaster, training=training, compute=compute, checkpoints=checkpoints
    )
    validated, final = (pack_weights(fit, forecaster, training) for fit in (fits[0], fits[-1]))
    return validated, final, join_history(fits)


def forecast_holdout(
    *,
    validation_weights: Weights,
    weights: Weights,
    features: pd.DataFrame,
    references: pd.DataFrame,
    holdout: Holdout,
    forecaster: Forecaster,
    interval: Interval,
) -> pd.DataFrame:
    """Forecast the validation and the test days, each by models that have not seen them."""
    task = task_of(features, holdout, forecaster)
    split = split_of(task, holdout)
    parts = [(states_of(validation_weights), split.valid), (states_of(weights), split.test)]
    days, forecasts = forecast_parts(
        task, forecaster, parts, references=references, seeds=weights.header["seeds"]
    )
    return with_interval(
        forecasts, task.scale(days), test_start=holdout.test_start, **interval.model_dump()
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


def draw_forecaster_figures(
    *,
    history: pd.DataFrame,
    forecasts: pd.DataFrame,
    by_year: pd.DataFrame,
    holdout: Holdout,
    forecaster: Forecaster,
    interval: Interval,
) -> dict[str, Figure]:
    """Draw how a variant learnt, what it forecasts and where it errs."""
    test, name = period(forecasts, holdout.test_start, holdout.end), forecaster.name
    return {
        "loss_curves.png": figures.loss_curves(history, name),
        "forecast.png": figures.forecast_against_truth(test, name, coverage=interval.coverage),
        "forecast_zoom.png": figures.forecast_zoom(test, name, coverage=interval.coverage),
        "interval_coverage.png": figures.interval_coverage(test, name, coverage=interval.coverage),
        "error_by_year.png": figures.error_by_year(by_year, name),
        "residual_autocorrelation.png": figures.residual_autocorrelation(test, name),
        "lag_plot.png": figures.lag_plot(test, name),
    }


def compare(
    *,
    lstm: dict[str, float],
    lstm_walk_forward: dict[str, float],
    references: dict[str, float],
    lstm_book_window: dict[str, float],
    textbook: dict[str, float],
    textbook_walk_forward: dict[str, float],
    book_references: dict[str, float],
    holdout: Holdout,
) -> tuple[dict[str, float], pd.DataFrame, str]:
    """Put all figures into one flat dictionary, one table and one verdict a variant."""
    metrics = collect_metrics(
        references,
        lstm=lstm | lstm_walk_forward,
        book_window=book_references,
        lstm_book_window=lstm_book_window,
        textbook=textbook | textbook_walk_forward,
    )
    verdicts = [verdict(metrics, variant) for variant in ("lstm", "textbook")]
    return metrics, comparison_table(metrics, comparison_rows(holdout)), "\n\n".join(verdicts)


def draw_report_figures(
    daily_bars: pd.DataFrame,
    data_quality: dict[str, Any],
    comparison: pd.DataFrame,
    holdout: Holdout,
) -> dict[str, Figure]:
    """Draw the data and the comparison of all forecasters."""
    return {
        "data_summary.png": figures.summary_table(daily_bars),
        "high_over_time.png": figures.high_over_time(daily_bars, holdout.test_start),
        "data_quality.png": figures.quality(data_quality, daily_bars),
        "comparison.png": figures.comparison(comparison),
    }
