"""From the champion's header and the settings to plain frames and arguments, and back."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.baselines import close_naive
from dl_pipelines.evaluation.drift_days import MonitoredDays, monitored_days
from dl_pipelines.evaluation.drift_reasons import Limits
from dl_pipelines.evaluation.drift_verdict import Subject
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines.champions import champion_forecasts, check_header
from dl_pipelines.pipelines.newest_bars import check_kept, check_last_day
from dl_pipelines.pipelines.stock_monitor.params import Monitor

PIPELINE = "stock_monitor"

_DAY = pd.Timedelta(days=1)
_NEEDED = ("learnt_from", "learnt_until", "validation")


def days_of(
    champion: Weights, features: pd.DataFrame, clock: pd.Timestamp, monitor: Monitor
) -> MonitoredDays:
    """What the champion has learnt from, and what is new to it.

    Raises:
        DataError: If its file does not say, or too few days are new.
        SettingError: If a run before has cut the bars at another day, or they are of another
            symbol.
    """
    check_header(champion, _NEEDED, features)
    check_last_day(features["date"].iloc[-1], clock, monitor, pipeline=PIPELINE)
    settings = monitor.model_dump(include={"recent_days", "least_days"})
    return monitored_days(features, champion.header, **settings)


def forecasts_of(champion: Weights, days: MonitoredDays) -> pd.DataFrame:
    """Forecast all new days as the champion does, beside two references that need no network.

    The interval is that of its validation. The one that follows the last 500 days adapts to
    whatever happens: it says what to expect of tomorrow, and nothing of drift.
    """
    header = champion.header
    new = champion_forecasts(champion, days.known)
    half_width = header["validation"]["half_width"] * new["scale"]
    boundary = (pd.Timestamp(header["learnt_until"]) + _DAY).date()
    return new.assign(
        champion=name_of(champion),
        close_naive=close_naive(days.known, boundary)[-len(new) :],
        lower=new["forecast"] - half_width,
        upper=new["forecast"] + half_width,
    )


def limits_of(monitor: Monitor) -> Limits:
    """From when on a change is one."""
    features = monitor.features.model_dump(include={"moderate_psi", "large_psi"})
    errors = monitor.errors.model_dump(exclude={"rolling_days", "block_days"})
    return Limits(**features, **errors)


def name_of(champion: Weights) -> str:
    """What sentences call it."""
    return f"{champion.header['model']} version {champion.header['model_version']}"


def told_days(judged: pd.Series) -> dict[str, str]:
    """The first and the last of the days forecast (dates) that are judged."""
    return {"judged": f"{judged.iloc[0]:%Y-%m-%d} to {judged.iloc[-1]:%Y-%m-%d}"}


def told_of(champion: Weights, judged: pd.Series) -> dict[str, str]:
    """What each result says that it is of: the champion, and the days that are judged."""
    return {"champion": name_of(champion), **told_days(judged)}


def check_results(
    own: Mapping[str, str],
    drift: pd.DataFrame,
    forecasts: pd.DataFrame,
    decision: Mapping[str, Any] | None,
    monitor: Monitor,
) -> None:
    """Find results of another champion or of other days than `told_of` says.

    Raises:
        SettingError: If a run before has left them.
    """
    recent = forecasts.tail(monitor.recent_days)
    judged = told_days(recent["date"]) | {"champion": recent.iloc[-1].get("champion")}
    check_kept(judged, own, what="forecasts.parquet", node=f"{PIPELINE}.forecast_new_days")
    check_kept(drift.iloc[0], own, what="drift.csv", node=f"{PIPELINE}.compare_features")
    if decision is not None:
        check_kept(decision, own, what="decision.json", node=f"{PIPELINE}.judge_champion")


def subject(champion: Weights, recent: pd.DataFrame) -> Subject:
    """Who is judged, and on what."""
    first, last = recent["date"].iloc[[0, -1]]
    days = f"{len(recent):,} days, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    learnt = f"{champion.header['learnt_from']} to {champion.header['learnt_until']}"
    return Subject(name_of(champion), days, learnt)


def decision_of(champion: Weights, recent: pd.DataFrame, found: list[str]) -> dict[str, Any]:
    """What a scheduler, a notebook or MLflow's tags want to know."""
    return {
        "retraining_due": bool(found),
        "reasons": "; ".join(found) or "none",
        "learnt_until": champion.header["learnt_until"],
        **told_of(champion, recent["date"]),
    }


def drawings(
    days: MonitoredDays,
    drift: pd.DataFrame,
    forecasts: pd.DataFrame,
    record: Mapping[str, Any],
    monitor: Monitor,
) -> dict[str, Figure]:
    """The features then and now, their drift, and the errors over all new days."""
    limits = limits_of(monitor)
    return {
        "feature_drift.png": figures.feature_drift_bars(
            drift, moderate=limits.moderate_psi, large=limits.large_psi
        ),
        "distributions.png": figures.drift_distributions(days.training, days.recent, drift),
        "errors.png": figures.drift_errors(
            forecasts,
            record,
            error_ratio=limits.error_ratio,
            recent_days=monitor.recent_days,
            rolling_days=monitor.errors.rolling_days,
        ),
    }
