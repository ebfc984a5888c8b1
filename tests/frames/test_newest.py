"""Bars are new enough, or one sentence names both days."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.frames.newest import (
    bars_until,
    china_time,
    last_closed,
    last_session,
    next_session,
)

HOURS = timedelta(hours=3)


def test_sessions_leap_over_weekends_and_holidays():
    assert next_session(date(2025, 12, 31)) == pd.Timestamp("2026-01-05")  # New Year, a weekend
    assert next_session(date(2025, 9, 30)) == pd.Timestamp("2025-10-09")  # the national holiday
    assert last_session(date(2025, 10, 5)) == pd.Timestamp("2025-09-30")
    assert last_session(date(2025, 12, 31)) == pd.Timestamp("2025-12-31")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-12-30 14:59", "2025-12-29"),
        ("2025-12-30 15:00", "2025-12-30"),
        ("2025-12-28 23:59", "2025-12-26"),  # a Sunday
    ],
)
def test_a_day_is_over_at_three_in_the_afternoon(moment, day):
    assert last_closed(pd.Timestamp(moment)) == pd.Timestamp(day)
    assert last_closed(pd.Timestamp(moment) + HOURS, HOURS) == pd.Timestamp(day)


def test_clocks_elsewhere_are_those_of_china():
    utc = pd.Timestamp("2025-12-30 07:30", tz="UTC")
    assert china_time(utc) == pd.Timestamp("2025-12-30 15:30")
    assert china_time(pd.Timestamp("2025-12-30 15:30")) == pd.Timestamp("2025-12-30 15:30")


def chosen(now: str, *, as_of: date | None = None, last: str = "2025-12-30") -> pd.DataFrame:
    days = pd.bdate_range("2025-12-15", last)
    bars = pd.DataFrame({"date": days, "close": 1.0})
    bars.attrs["source"] = "here"
    moment = pd.Timestamp(now)
    return bars_until(bars, now=moment, delay=HOURS, as_of=as_of, setting="next.as_of")


@pytest.mark.parametrize("now", ["2025-12-30 15:01", "2025-12-31 17:59"])
def test_new_bars_are_all_taken(now):
    bars = chosen(now)
    assert bars["date"].iloc[-1] == pd.Timestamp("2025-12-30")
    assert bars.attrs == {"source": "here"}


def test_the_last_trading_day_must_be_there():
    part = "newest bar is of 2025-12-30, and the last trading day was 2025-12-31"
    with pytest.raises(DataError, match=f"{part}: .*stock.source=.* next.as_of=2025-12-30"):
        chosen("2025-12-31 18:00")


def test_a_day_that_has_not_closed_is_no_bar():
    with pytest.raises(
        DataError, match="2025-12-30, a day that has not closed on 2025-12-30 11:00"
    ):
        chosen("2025-12-30 11:00")


@pytest.mark.parametrize("day", [date(2025, 12, 26), date(2025, 12, 28)])  # a Friday, its Sunday
def test_as_of_takes_no_later_bar_and_needs_no_newer_one(day):
    bars = chosen("2030-01-01 00:00", as_of=day)
    assert bars["date"].iloc[-1] == pd.Timestamp("2025-12-26")


@pytest.mark.parametrize(
    ("settings", "error", "part"),
    [
        ({"as_of": date(2025, 12, 31)}, DataError, "last trading day was 2025-12-31"),
        ({"as_of": date(2025, 12, 1)}, SettingError, "before the first bar .2025-12-15"),
        ({"as_of": date(1900, 1, 1)}, SettingError, "before the first bar .2025-12-15"),
        ({"as_of": date(2026, 3, 1)}, SettingError, "'next.as_of' is 2026-03-01, and the close"),
        ({"as_of": date(2999, 1, 1)}, SettingError, "2999-01-01, and the close of that day is in"),
    ],
)
def test_as_of_must_be_a_day_that_the_bars_know(settings: dict[str, Any], error, part):
    with pytest.raises(error, match=part):
        chosen("2026-01-10 00:00", **settings)


def test_as_of_a_day_needs_its_close():
    part = "2025-12-30, and the close of that day is in the future: it is 2025-12-30 10:00"
    with pytest.raises(SettingError, match=part):
        chosen("2025-12-30 10:00", as_of=date(2025, 12, 30))
    closed = chosen("2025-12-30 15:00", as_of=date(2025, 12, 30))
    assert closed["date"].iloc[-1] == pd.Timestamp("2025-12-30")
    weekend = chosen("2025-12-28 10:00", as_of=date(2025, 12, 28))  # a Sunday has no close
    assert weekend["date"].iloc[-1] == pd.Timestamp("2025-12-26")
