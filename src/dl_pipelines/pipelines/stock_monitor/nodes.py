"""Nodes of `stock_monitor`: thin adapters between the catalog and the layers below."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation.drift import feature_drift
from dl_pipelines.evaluation.drift_errors import judge_errors
from dl_pipelines.evaluation.drift_page import drift_page
from dl_pipelines.evaluation.drift_reasons import reasons
from dl_pipelines.evaluation.drift_verdict import (
    drift_comparison,
    drift_metrics,
    drift_verdict,
)
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines.newest_bars import check_last_day, known_bars
from dl_pipelines.pipelines.stock_monitor.adapters import (
    PIPELINE,
    check_results,
    days_of,
    decision_of,
    drawings,
    forecasts_of,
    limits_of,
    name_of,
    subject,
    told_of,
)
from dl_pipelines.pipelines.stock_monitor.params import Monitor


def choose_bars(
    daily_bars_all: pd.DataFrame, clock: pd.Timestamp, monitor: Monitor
) -> pd.DataFrame:
    """Take the bars that may be used, if they are new enough."""
    return known_bars(daily_bars_all, clock, monitor, pipeline=PIPELINE)


def forecast_new_days(
    champion: Weights, features: pd.DataFrame, clock: pd.Timestamp, monitor: Monitor
) -> pd.DataFrame:
    """Forecast all days that the champion has not learnt."""
    return forecasts_of(champion, days_of(champion, features, clock, monitor))


def compare_features(
    champion: Weights, features: pd.DataFrame, clock: pd.Timestamp, monitor: Monitor
) -> pd.DataFrame:
    """Compare what the champion sees on recent days with what it has learnt from."""
    days, columns = days_of(champion, features, clock, monitor), champion.header["features"]
    return feature_drift(
        days.training[columns],
        days.recent[columns],
        **monitor.features.model_dump(exclude={"moderate_psi"}),
        **monitor.bootstrap.model_dump(),
    ).assign(**told_of(champion, days.recent["target_date"]))


def judge_champion(
    champion: Weights,
    drift: pd.DataFrame,
    forecasts: pd.DataFrame,
    clock: pd.Timestamp,
    monitor: Monitor,
) -> tuple[dict[str, float], pd.DataFrame, str, dict[str, Any]]:
    """Decide whether retraining is due: in numbers, in one table, in words, and yes or no."""
    record, limits = champion.header["validation"], limits_of(monitor)
    recent = forecasts.tail(monitor.recent_days)
    check_last_day(recent["date"].iloc[-1], clock, monitor, pipeline=PIPELINE)
    check_results(told_of(champion, recent["date"]), drift, forecasts, None, monitor)
    drawn = monitor.bootstrap.model_dump() | {"block_days": monitor.errors.block_days}
    errors = judge_errors(recent, record, level=limits.level, **drawn)
    found = reasons(drift, errors, record, limits)
    verdict = drift_verdict(
        found, drift, errors, record, limits=limits, subject=subject(champion, recent)
    )
    metrics = drift_metrics(found, drift, errors, record)
    decision = decision_of(champion, recent, found)
    return metrics, drift_comparison(errors, record), verdict, decision


def report_drift(
    *,
    champion: Weights,
    features: pd.DataFrame,
    drift: pd.DataFrame,
    forecasts: pd.DataFrame,
    comparison: pd.DataFrame,
    verdict: str,
    decision: dict[str, Any],
    clock: pd.Timestamp,
    monitor: Monitor,
) -> tuple[dict[str, Figure], str]:
    """Draw the features then and now and the errors, and put everything on one page."""
    days = days_of(champion, features, clock, monitor)
    own = told_of(champion, days.recent["target_date"])
    check_results(own, drift, forecasts, decision, monitor)
    drawn = drawings(days, drift, forecasts, champion.header["validation"], monitor)
    title = f"Monitor of {name_of(champion)}"
    return drawn, drift_page(title, verdict, comparison=comparison, drift=drift, figures=drawn)
