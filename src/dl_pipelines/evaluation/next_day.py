"""The forecast of the next day: its interval, its frame, and what is said of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.calibration import calibrate, interval_columns
from dl_pipelines.evaluation.conformal import interval_coverage, rolling_interval
from dl_pipelines.evaluation.metrics import mae, rmse, skill
from dl_pipelines.evaluation.scores import scores_needed
from dl_pipelines.frames.calendar import trading_sessions


def with_rolling_interval(past: pd.DataFrame, *, coverage: float, window: int) -> pd.DataFrame:
    """Add to past forecasts the interval that each would have had on its day.

    Args:
        past: Columns date, actual, forecast and scale (index points), one row a day, ascending.
        coverage: Share of days that an interval should hold.
        window: Days whose errors calibrate one.

    Returns:
        The frame with lower and upper, NaN on the first days, which have too few before them.
    """
    start = scores_needed(coverage)
    if len(past) <= start or window < start:
        return past.assign(lower=np.nan, upper=np.nan)
    columns = (past[name].to_numpy() for name in ("actual", "forecast", "scale"))
    lower, upper = rolling_interval(*columns, coverage=coverage, window=window, start=start)
    return past.assign(lower=lower, upper=upper)


def next_calibration(
    past: pd.DataFrame, stored: Mapping[str, Any], *, data_until: pd.Timestamp
) -> dict[str, Any]:
    """What the interval of the next day rests on.

    Args:
        past: As above, all days that the forecasters have not learnt from.
        stored: The calibration that came with them, of `calibration.calibrate`.
        data_until: The last day that is known.

    Returns:
        The calibration on the last of the past days, where they are enough; else the stored one.

    Raises:
        SettingError: If there are too few past days, and the stored calibration knows later ones;
            it names the first day on which there is an interval.
    """
    coverage = stored["coverage"]
    missing = scores_needed(coverage) - len(past)
    if missing <= 0:
        return calibrate(past, past["scale"], coverage=coverage, window=stored["window"])
    own_until = pd.Timestamp(stored["until"])
    if own_until > data_until:
        # Each trading day adds one; from `own_until` on the stored calibration is allowed, too.
        possible = trading_sessions(data_until + pd.Timedelta(days=1), own_until)[:missing][-1]
        raise SettingError(
            f"only {len(past)} days up to {data_until:%Y-%m-%d} are new to the champion, too few "
            f"for an interval, and its own was made on days until {stored['until']}: set "
            f"'stock_forecast.as_of' to {possible:%Y-%m-%d} or a later day."
        )
    return dict(stored)


def next_forecast(
    point: float, scale: float, calibration: Mapping[str, Any], **told: Any
) -> pd.DataFrame:
    """The forecast of the next day as a frame of one row.

    Args:
        point: The forecast, index points.
        scale: Expected size of its error, index points.
        calibration: Of `next_calibration`.
        told: `date`, `model_version` and `data_until`.

    Returns:
        date (the day forecast, ISO), forecast and, by the coverage, lower_90 and upper_90 (index
        points), model_version and data_until (the day of the last bar, ISO).
    """
    lower, upper = interval_columns(calibration["coverage"])
    half = calibration["quantile"] * scale
    row = {"forecast": point, lower: point - half, upper: point + half}
    return pd.DataFrame([{"date": told.pop("date"), **row, **told}])


def next_day_metrics(
    forecast: pd.DataFrame, past: pd.DataFrame, calibration: Mapping[str, Any]
) -> dict[str, float]:
    """The forecast in numbers, and how the past ones did.

    Returns:
        forecast, lower, upper, width (index points), model_version, calibration.days; and, where
        there are past days: past.days, past.rmse, past.mae (index points),
        past.skill_vs_persistence and past.interval_coverage (fractions).
    """
    row = forecast.iloc[0]
    lower, upper = (float(row[name]) for name in interval_columns(calibration["coverage"]))
    metrics = {
        "forecast": float(row["forecast"]),
        "lower": lower,
        "upper": upper,
        "width": upper - lower,
        "model_version": float(row["model_version"]),
        "calibration.days": float(calibration["days"]),
        "past.days": float(len(past)),
    }
    if len(past):
        actual, made = past["actual"], past["forecast"]
        metrics["past.rmse"] = rmse(actual, made)
        metrics["past.mae"] = mae(actual, made)
        metrics["past.skill_vs_persistence"] = skill(actual, made, past["persistence"])
    banded = past.dropna(subset=["lower", "upper"])
    if len(banded):
        covered = interval_coverage(banded["actual"], banded["lower"], banded["upper"])
        metrics["past.interval_coverage"] = covered
    return metrics
