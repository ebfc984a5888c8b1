"""Nodes of `stock_lstm` that draw, compare and judge what was forecast."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.holdout import period
from dl_pipelines.evaluation.verdict import comparison_table, verdict
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Holdout
from dl_pipelines.pipelines.stock_lstm.adapters import collect_metrics, comparison_rows
from dl_pipelines.pipelines.stock_lstm.params import Forecaster, Interval
from dl_pipelines.pipelines.stock_lstm.registration import candidate_of


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


def describe_candidate(
    forecaster: Weights, forecasts: pd.DataFrame, features: pd.DataFrame, holdout: Holdout
) -> dict[str, Any]:
    """Say what the registry judges the forecaster by."""
    return candidate_of(forecaster, forecasts, features, holdout)
