"""Extending a table of daily bars: what to ask for, and how to merge what came."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.errors import SettingError

# Relative differences up to these are rounding, not revisions: four independent copies of the
# CSI300 agree within 5e-6 in prices; volumes are published in lots or in rounded hundreds.
TOLERANCE = pd.Series(
    {"open": 1e-5, "high": 1e-5, "low": 1e-5, "close": 1e-5, "volume": 1e-3, "amount": 1e-3}
)
# Two bars of one index may be corrected, but not all closes of an overlap by this much.
OTHER_INDEX = 0.01


def missing_spans(
    table: pd.DataFrame, start: date, end: date, *, asked_from: date, overlap_days: int
) -> list[tuple[date, date]]:
    """Spans of days to ask for so that a table covers `start` to `end`.

    Each span overlaps the table, so that a reply is never honestly empty and revised values show.
    Weekends are not asked for: China's exchanges never trade on them.

    Args:
        table: Daily bars, ascending; may be empty.
        start: First day wanted.
        end: Last day wanted, included.
        asked_from: First day that was asked for before; the provider has nothing older than the
            table's first row back to that day.
        overlap_days: Rows at the table's end to ask for again.

    Returns:
        No, one or two spans (first day, last day), both included; one for an empty table.
    """
    if table.empty:
        return [(start, end)]
    first, last = table["date"].iloc[0].date(), table["date"].iloc[-1].date()
    spans = []
    if np.busday_count(start, min(first, asked_from)) > 0:
        spans.append((start, first))
    if np.busday_count(last + timedelta(days=1), end + timedelta(days=1)) > 0:
        spans.append((table["date"].iloc[-overlap_days:].iloc[0].date(), end))
    return spans


def merge_bars(
    table: pd.DataFrame, fetched: pd.DataFrame
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Add fetched bars to a table; where both have a day and differ, the fetched value wins.

    Args:
        table: Daily bars; unique dates, may be empty.
        fetched: Daily bars; unique dates.

    Returns:
        The merged daily bars, ascending, and the revisions: a list of
        `{"date": ISO day, "column": name, "old": value, "new": value}`.

    Raises:
        SettingError: If no day of the overlap has nearly the same close: not the same index.
    """
    old, new = table.set_index("date"), fetched.set_index("date")
    old = old.reindex(columns=old.columns.union(new.columns, sort=False))
    shared = old.index.intersection(new.index)
    before, after = old.loc[shared, new.columns], new.loc[shared]
    change = (after - before).abs() / before.abs()
    if len(shared) and (change["close"] > OTHER_INDEX).all():
        raise SettingError(
            f"the table has close {before['close'].iloc[-1]} on {shared[-1]:%Y-%m-%d} and tushare "
            f"{after['close'].iloc[-1]}: the table or snapshot belongs to another ts_code; set "
            "another table, and no snapshot."
        )
    revised = change > TOLERANCE[change.columns]
    old.loc[shared, new.columns] = before.where(~revised & before.notna(), after)
    merged = pd.concat([old, new.loc[new.index.difference(shared)]]).sort_index().reset_index()
    return merged, _revisions(before, after, revised)


def _revisions(
    before: pd.DataFrame, after: pd.DataFrame, revised: pd.DataFrame
) -> list[dict[str, Any]]:
    rows, columns = np.nonzero(revised.to_numpy())
    days = pd.DatetimeIndex(revised.index[rows]).strftime("%Y-%m-%d")
    old, new = before.to_numpy()[rows, columns], after.to_numpy()[rows, columns]
    return [
        {"date": day, "column": name, "old": was, "new": now}
        for day, name, was, now in zip(
            days, revised.columns[columns], old.tolist(), new.tolist(), strict=True
        )
    ]
