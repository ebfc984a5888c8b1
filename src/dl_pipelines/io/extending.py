"""Extending a table of daily bars: what to ask for, and how to merge what came."""

import logging
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.errors import SettingError

logger = logging.getLogger(__name__)

# Relative differences up to these are rounding, not revisions: four independent copies of the
# CSI300 agree within 5e-6 in prices; volumes are published in lots or in rounded hundreds.
TOLERANCE = pd.Series(
    {"open": 1e-5, "high": 1e-5, "low": 1e-5, "close": 1e-5, "volume": 1e-3, "amount": 1e-3}
)
# Two bars of one symbol may be corrected, but not all closes of an overlap by this much.
OTHER_SYMBOL = 0.01


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


def first_asked(stored: pd.DataFrame, start: date) -> date:
    """The first day asked for in earlier runs, else the first day stored.

    Args:
        stored: Daily bars; `attrs["asked_from"]` is that day, ISO, if there was one.
        start: The day for bars without rows.
    """
    if stored.empty:
        return start
    return date.fromisoformat(stored.attrs.get("asked_from", f"{stored['date'].iloc[0]:%Y-%m-%d}"))


def check_end(stored: pd.DataFrame, start: date, end: date) -> None:
    """Refuse a last day that leaves nothing to extend: it is a slip of the pen.

    Raises:
        SettingError: If it lies before the first day wanted or stored.
    """
    if end < start:
        raise SettingError(
            f"end_date is {end}, before start_date {start}: choose an end_date that is not earlier."
        )
    if not stored.empty and end < stored["date"].iloc[0].date():
        raise SettingError(
            f"end_date is {end}, but the bars of {stored.attrs['file']} begin on "
            f"{stored['date'].iloc[0]:%Y-%m-%d} and are never cut: choose a later end_date."
        )


def check_same_symbol(table: pd.DataFrame, fetched: pd.DataFrame, name: str) -> None:
    """Compare the closes of the days that two tables share.

    Args:
        table: Daily bars; unique dates, may be empty.
        fetched: Daily bars; unique dates.
        name: What was fetched, e.g. `tushare 000300.SH`.

    Raises:
        SettingError: If no day has nearly the same close: not the same symbol.
    """
    closes = [bars.set_index("date")["close"] for bars in (table, fetched)]
    before, after = (close.loc[closes[0].index.intersection(closes[1].index)] for close in closes)
    if len(before) and ((after - before).abs() / before.abs() > OTHER_SYMBOL).all():
        raise SettingError(
            f"the table has close {before.iloc[-1]} on {before.index[-1]:%Y-%m-%d} and {name} "
            f"{after.iloc[-1]}: the table or snapshot belongs to another ts_code, or to a provider "
            "that adjusts prices otherwise; set another table, and no snapshot."
        )


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
    """
    old, new = table.set_index("date"), fetched.set_index("date")
    old = old.reindex(columns=old.columns.union(new.columns, sort=False))
    shared = old.index.intersection(new.index)
    before, after = old.loc[shared, new.columns], new.loc[shared]
    revised = (after - before).abs() / before.abs() > TOLERANCE[new.columns]
    old.loc[shared, new.columns] = before.where(~revised & before.notna(), after)
    merged = pd.concat([old, new.loc[new.index.difference(shared)]]).sort_index().reset_index()
    return merged, _revisions(before, after, revised)


def append_bars(table: pd.DataFrame, fetched: pd.DataFrame) -> pd.DataFrame:
    """Add the fetched bars of days that a table lacks; what it has stays as it is.

    Args:
        table: Daily bars; unique dates.
        fetched: Daily bars; unique dates.

    Returns:
        Daily bars, ascending.
    """
    new = fetched[~fetched["date"].isin(table["date"])]
    return pd.concat([table, new]).sort_values("date", ignore_index=True)


def warn_of_revisions(revisions: list[dict[str, Any]], provider: str) -> None:
    """One line in the log, if a provider has revised any value."""
    if revisions:
        logger.warning(
            "%s has revised %d values, the first of them %s of %s from %s to %s; the "
            "data-quality report lists all",
            provider,
            len(revisions),
            *(revisions[0][key] for key in ("column", "date", "old", "new")),
        )


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


def iso_day(setting: str, value: str) -> date:
    """The day that a setting names.

    Args:
        setting: Its name.
        value: Its value, ISO.

    Raises:
        SettingError: If it is no day.
    """
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SettingError(f"{setting} is {value!r}: write it as YYYY-MM-DD.") from None
