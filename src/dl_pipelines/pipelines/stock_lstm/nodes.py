"""Nodes of `stock_lstm`: thin adapters between the catalog and the layers below."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.data.splits import ExpandingWindow, Split, SplitByDate
from dl_pipelines.data.task import ForecastTask
from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.baselines import REFERENCES, reference_forecasts
from dl_pipelines.evaluation.forecasts import forecast_frame, with_interval
from dl_pipelines.evaluation.holdout import (
    evaluate_forecasts,
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
from dl_pipelines.frames.samples import forecast_samples
from dl_pipelines.frames.schemas import check_daily_bars
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute, Holdout, Training
from dl_pipelines.pipelines.stock_lstm.params import Forecaster, Interval, WalkForward
from dl_pipelines.training import forecasting


def ingest_bars(daily_bars_source: pd.DataFrame) -> pd.DataFrame:
    """Check the bars of a file or of the provider before they become the raw table."""
    return check_daily_bars(parse_daily_bars(daily_bars_source))


def clean_bars(daily_bars_raw: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Keep the exchange's trading days, and report on the data's quality."""
    dates = daily_bars_raw["date"]
    sessions = trading_sessions(dates.iloc[0], dates.iloc[-1])
    bars = clean_daily_bars(daily_bars_raw, sessions)
    return bars, quality_report(daily_bars_raw, bars, sessions)


def build_features(daily_bars: pd.DataFrame) -> pd.DataFrame:
    """Compute the features known at each close, and the next day's high."""
    return daily_features(daily_bars)


def forecast_references(features: pd.DataFrame, holdout: Holdout) -> pd.DataFrame:
    """Forecast by persistence, by the scaled close and by the HAR ridge."""
    return reference_forecasts(
        features, start=holdout.start, test_start=holdout.test_start, end=holdout.end
    )


def train_forecaster(
    *,
    features: pd.DataFrame,
    holdout: Holdout,
    forecaster: Forecaster,
    training: Training,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[Weights, pd.DataFrame]:
    """Train one model a seed on the training days; the validation days judge each epoch."""
    task = _task(features, holdout, forecaster)
    states, history = forecasting.fit_forecasters(
        task.values,
        task.targets,
        _split(task, holdout),
        **_fit_settings(forecaster, training, compute, checkpoints),
    )
    return _weights(states, forecaster, training), pd.DataFrame(history)


def refit_forecaster(
    *,
    features: pd.DataFrame,
    holdout: Holdout,
    forecaster: Forecaster,
    training: Training,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[Weights, pd.DataFrame]:
    """Train the models that forecast the test: on all days before it, validation included."""
    task = _task(features, holdout, forecaster)
    states, history = forecasting.fit_forecasters(
        task.values,
        task.targets,
        _split(task, holdout),
        **_fit_settings(forecaster, training, compute, checkpoints),
        include_validation=True,
    )
    curves = {"train_loss": "refit_train_loss", "lr": "refit_lr"}
    return _weights(states, forecaster, training), pd.DataFrame(history).rename(columns=curves)


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
    task = _task(features, holdout, forecaster)
    split = _split(task, holdout)
    days = np.concatenate([split.valid, split.test])
    encoded = [
        forecasting.forecast(
            list(chosen.members().values()), values=task.values, indices=part, **_model(forecaster)
        )
        for chosen, part in ((validation_weights, split.valid), (weights, split.test))
    ]
    per_seed = task.decode(np.concatenate(encoded, axis=1), days)
    forecasts = forecast_frame(references, task.dates[days], per_seed, weights.header["seeds"])
    return with_interval(
        forecasts, task.scale(days), test_start=holdout.test_start, **interval.model_dump()
    )


def evaluate_holdout(
    forecasts: pd.DataFrame, holdout: Holdout
) -> tuple[dict[str, float], dict[str, float], pd.DataFrame]:
    """Judge the forecasts of the test days: the variant, the references, and year by year."""
    test = period(forecasts, holdout.test_start, holdout.end)
    return evaluate_forecasts(test), reference_metrics(test), metrics_by_year(test)


def evaluate_walk_forward(
    *,
    features: pd.DataFrame,
    references: pd.DataFrame,
    walk_forward: WalkForward,
    holdout: Holdout,
    forecaster: Forecaster,
    training: Training,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Train anew on all the past every few hundred days, and judge the blocks forecast."""
    task = _task(features, holdout, forecaster)
    window = ExpandingWindow(refit_every=walk_forward.refit_every, **_before_test(holdout))
    blocks = window.split(task.dates)
    days = np.concatenate([block.test for block in blocks])
    trained = training.model_copy(update={"seeds": walk_forward.seeds})
    encoded = forecasting.walk_forward(
        task.values,
        task.targets,
        blocks,
        **_fit_settings(forecaster, trained, compute, checkpoints),
        include_validation=True,
    )
    per_seed = task.decode(encoded, days)
    forecasts = forecast_frame(references, task.dates[days], per_seed, walk_forward.seeds)
    metrics = evaluate_forecasts(forecasts)
    return forecasts, {f"walk_forward.{name}": figure for name, figure in metrics.items()}


def draw_forecaster_figures(
    history: pd.DataFrame,
    forecasts: pd.DataFrame,
    by_year: pd.DataFrame,
    holdout: Holdout,
    forecaster: Forecaster,
) -> dict[str, Figure]:
    """Draw how a variant learnt, what it forecasts and where it errs."""
    test, name = period(forecasts, holdout.test_start, holdout.end), forecaster.name
    return {
        "loss_curves.png": figures.loss_curves(history, name),
        "forecast.png": figures.forecast_against_truth(test, name),
        "forecast_zoom.png": figures.forecast_zoom(test, name),
        "interval_coverage.png": figures.interval_coverage(test, name),
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
) -> tuple[dict[str, float], pd.DataFrame, str]:
    """Put all figures into one flat dictionary, one table and one verdict a variant."""
    groups = {
        "lstm": lstm | lstm_walk_forward,
        "book_window": book_references,
        "lstm_book_window": lstm_book_window,
        "textbook": textbook | textbook_walk_forward,
    }
    metrics = references | {
        f"{group}.{name}": figure for group in groups for name, figure in groups[group].items()
    }
    verdicts = [verdict(metrics, variant) for variant in ("lstm", "textbook")]
    return metrics, comparison_table(metrics, _TABLE), "\n\n".join(verdicts)


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


_OURS = ("lstm", "lstm.ensemble", "lstm.walk_forward")
# Window, forecaster and the prefix of its metrics, row by row of the final table.
_TABLE = [
    *(("2019-2025", name, name) for name in (*REFERENCES, *_OURS)),
    *(("book window", name, f"book_window.{name}") for name in REFERENCES),
    ("book window", "lstm", "lstm_book_window"),
    *(("book window", name, name) for name in ("textbook", "textbook.walk_forward")),
]


def _task(features: pd.DataFrame, holdout: Holdout, forecaster: Forecaster) -> ForecastTask:
    samples = forecast_samples(features, start=holdout.start, end=holdout.end)
    return ForecastTask.from_frame(samples, forecaster.features, forecaster.target)


def _split(task: ForecastTask, holdout: Holdout) -> Split:
    return SplitByDate(**_before_test(holdout)).split(task.dates)


def _before_test(holdout: Holdout) -> dict[str, Any]:
    """The settings of a split of samples that are cut to start and end already."""
    return holdout.model_dump(exclude={"start", "end"})


def _model(forecaster: Forecaster) -> dict[str, Any]:
    return {
        "window": forecaster.window,
        "architecture": forecaster.architecture,
        "model": forecaster.network.model_dump(),
    }


def _fit_settings(
    forecaster: Forecaster, training: Training, compute: Compute, checkpoints: Checkpoints
) -> dict[str, Any]:
    return {
        **_model(forecaster),
        "training": training.model_dump(),
        "compute": compute.model_dump(),
        "checkpoints": checkpoints.model_dump(),
    }


def _weights(
    states: list[forecasting.State], forecaster: Forecaster, training: Training
) -> Weights:
    members = {f"seed_{seed}": state for seed, state in zip(training.seeds, states, strict=True)}
    header = {**forecaster.model_dump(mode="json"), "seeds": list(training.seeds)}
    return Weights.of_members(members, header)
