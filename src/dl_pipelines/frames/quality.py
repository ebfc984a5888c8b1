"""The data-quality report of daily bars."""

from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.frames.tables import file_name

_LARGEST = 5


def quality_report(
    raw: pd.DataFrame, bars: pd.DataFrame, sessions: pd.DatetimeIndex
) -> dict[str, Any]:
    """Describe daily bars and their gaps against the exchange's calendar.

    Args:
        raw: The bars before cleaning (text or typed); its attrs may hold `source`,
            `duplicates_removed`, `revisions`, `provider_differences` and `rows_added`, as the
            sources leave them.
        bars: The cleaned bars.
        sessions: The exchange's trading days over the span that the bars should cover.

    Returns:
        A JSON-ready report: source, rows, first_date, last_date; missing_days and surplus_days
        (ISO dates) with missing_count and surplus_count; duplicates_removed, rows_added, revisions,
        provider_differences;
        largest_returns (date and close-to-close log return in %, largest first); columns (name →
        min, max, nulls).
    """
    days = pd.DatetimeIndex(pd.to_datetime(raw["date"]))
    missing, surplus = sessions.difference(days), days.difference(sessions)
    return {
        "source": str(raw.attrs.get("source", file_name(raw))),
        "rows": len(bars),
        "first_date": f"{bars['date'].iloc[0]:%Y-%m-%d}",
        "last_date": f"{bars['date'].iloc[-1]:%Y-%m-%d}",
        "missing_count": len(missing),
        "missing_days": missing.strftime("%Y-%m-%d").tolist(),
        "surplus_count": len(surplus),
        "surplus_days": surplus.strftime("%Y-%m-%d").tolist(),
        "duplicates_removed": int(raw.attrs.get("duplicates_removed", 0)),
        "rows_added": int(raw.attrs.get("rows_added", 0)),
        "revisions": list(raw.attrs.get("revisions", [])),
        "provider_differences": list(raw.attrs.get("provider_differences", [])),
        "largest_returns": _largest_returns(bars),
        "columns": {
            str(name): {
                "min": _json_number(values.min()),
                "max": _json_number(values.max()),
                "nulls": int(values.isna().sum()),
            }
            for name, values in bars.drop(columns="date").items()
        },
    }


def _largest_returns(bars: pd.DataFrame) -> list[dict[str, Any]]:
    returns = 100.0 * np.log(bars["close"]).diff()
    largest = returns.abs().dropna().nlargest(_LARGEST).index
    return [
        {
            "date": f"{bars['date'][row]:%Y-%m-%d}",
            "log_return_percent": round(float(returns[row]), 4),
        }
        for row in largest
    ]


def _json_number(value: float) -> float | None:
    """JSON has no NaN: the minimum of an empty column is null."""
    return None if np.isnan(value) else float(value)
