"""The forecast of the next day in words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dl_pipelines.evaluation.calibration import interval_columns
from dl_pipelines.evaluation.conformal import interval_coverage
from dl_pipelines.evaluation.metrics import rmse
from dl_pipelines.evaluation.wording import counted, percent


def next_day_verdict(
    forecast: pd.DataFrame,
    past: pd.DataFrame,
    calibration: Mapping[str, Any],
    champion: Mapping[str, Any],
) -> str:
    """Say what is forecast, by what, and how far its interval may be trusted.

    Args:
        forecast: Of `next_day.next_forecast`.
        past: Of `next_day.with_rolling_interval`.
        calibration: Of `next_day.next_calibration`.
        champion: `model`, `model_version` and `learnt_until`.
    """
    row = forecast.iloc[0]
    lower, upper = (row[name] for name in interval_columns(calibration["coverage"]))
    return (
        f"The high of {row['date']} is forecast at {row['forecast']:,.1f} points, and with "
        f"{percent(calibration['coverage'], 0)} between {lower:,.1f} and {upper:,.1f}: by version "
        f"{champion['model_version']} of {champion['model']}, which has learnt until "
        f"{champion['learnt_until']}, from bars until {row['data_until']}. "
        f"The interval rests on {counted(calibration['days'], 'day')} from {calibration['from']} "
        f"to {calibration['until']}.{_record(past, calibration['coverage'])}"
    )


def _record(past: pd.DataFrame, coverage: float) -> str:
    """How the intervals of past days did."""
    banded = past.dropna(subset=["lower", "upper"])
    if banded.empty:
        return ""
    held = interval_coverage(banded["actual"], banded["lower"], banded["upper"])
    return (
        f" On the {counted(len(banded), 'day')} before that had one, intervals made this way held "
        f"{percent(held, 1)} of the highs (meant: {percent(coverage, 0)}), and the forecasts had "
        f"RMSE {rmse(banded['actual'], banded['forecast']):.1f} points."
    )
