"""Extending a table of daily bars: what to ask for."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from dl_pipelines.errors import DataError, SettingError


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

    Raises:
        DataError: If `attrs["asked_from"]` is no day.
    """
    if stored.empty:
        return start
    noted = stored.attrs.get("asked_from", f"{stored['date'].iloc[0]:%Y-%m-%d}")
    try:
        return date.fromisoformat(noted)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{stored.attrs['file']}: its note 'asked_from' is {noted!r:.50}, no day: delete the "
            "file and run again, then it is made anew."
        ) from error


def check_end(stored: pd.DataFrame, start: date, end: date, name: str = "end_date") -> None:
    """Refuse a last day that leaves nothing to extend: a slip of the pen, or a wrong clock.

    Args:
        stored: The local bars.
        start: First day wanted.
        end: Last day wanted.
        name: What that is called in the sentence.

    Raises:
        SettingError: If it lies before the first day wanted or stored.
    """
    if end < start:
        raise SettingError(
            f"{name} is {end}, before start_date {start}: choose an end_date that is not earlier."
        )
    if not stored.empty and end < stored["date"].iloc[0].date():
        raise SettingError(
            f"{name} is {end}, but the bars of {stored.attrs['file']} begin on "
            f"{stored['date'].iloc[0]:%Y-%m-%d} and are never cut: choose a later end_date."
        )


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
