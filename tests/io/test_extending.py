"""What is asked for."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.io.extending import first_asked, missing_spans

MONDAY, FRIDAY = date(2026, 1, 5), date(2026, 1, 9)


def spans(bars: pd.DataFrame, start: date, end: date, asked_from: date = MONDAY) -> list:
    return missing_spans(bars, start, end, asked_from=asked_from, overlap_days=2)


def test_nothing_is_missing_at_the_weekend(bars: pd.DataFrame) -> None:
    assert spans(bars, MONDAY, FRIDAY) == []
    assert spans(bars, date(2026, 1, 3), date(2026, 1, 11)) == []  # Saturday to Sunday


def test_later_days_are_asked_for_with_the_overlap(bars: pd.DataFrame) -> None:
    assert spans(bars, MONDAY, date(2026, 1, 12)) == [(date(2026, 1, 8), date(2026, 1, 12))]


def test_earlier_days_are_asked_for_once(bars: pd.DataFrame) -> None:
    start = date(2026, 1, 2)
    assert spans(bars, start, FRIDAY) == [(start, MONDAY)]
    assert spans(bars, start, FRIDAY, asked_from=start) == []
    assert spans(bars, date(2026, 1, 1), FRIDAY, asked_from=start) == [(date(2026, 1, 1), MONDAY)]


def test_an_overlap_longer_than_the_table(bars: pd.DataFrame) -> None:
    end = date(2026, 1, 12)
    asked = missing_spans(bars, MONDAY, end, asked_from=MONDAY, overlap_days=99)
    assert asked == [(MONDAY, end)]


@given(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.dates(date(2025, 1, 1), date(2027, 1, 1)))
def test_spans_cover_all_wanted_weekdays(start: date, end: date) -> None:
    held = pd.bdate_range(MONDAY, FRIDAY)
    asked = spans(pd.DataFrame({"date": held}), start, end)
    covered = held.union(pd.DatetimeIndex([d for span in asked for d in pd.date_range(*span)]))
    assert pd.bdate_range(start, end).difference(covered).empty


@pytest.mark.parametrize("note", ["soon", 7, None, ["2026-01-05"]])
def test_a_note_of_no_day_is_refused(bars: pd.DataFrame, note: Any) -> None:
    bars.attrs = {"file": "bars.parquet", "asked_from": note}
    with pytest.raises(DataError, match=r"^bars\.parquet: its note 'asked_from' is .*, no day: "):
        first_asked(bars, MONDAY)
