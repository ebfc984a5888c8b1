import logging
from datetime import date

import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.calendar import trading_sessions


def test_the_snapshot_holds_exactly_the_sessions_of_shanghai(snapshot):
    sessions = trading_sessions(date(2006, 1, 6), date(2025, 12, 31))
    assert sessions.strftime("%Y-%m-%d").tolist() == snapshot["date"].tolist()
    assert sessions.tz is None


def test_one_day_is_a_span():
    assert len(trading_sessions(date(2025, 12, 31), date(2025, 12, 31))) == 1
    assert trading_sessions(date(2025, 10, 1), date(2025, 10, 8)).empty  # the national holiday


def test_weekdays_stand_in_beyond_the_horizon(caplog):
    with caplog.at_level(logging.WARNING):
        sessions = trading_sessions(date(2099, 1, 1), date(2099, 1, 7))
    assert sessions.equals(pd.bdate_range("2099-01-01", "2099-01-07"))
    assert "taken as trading days" in caplog.text


def test_the_horizon_joins_without_gap_or_repeat():
    sessions = trading_sessions(date(2025, 1, 1), date(2099, 1, 7))
    assert sessions.is_unique
    assert sessions.is_monotonic_increasing
    known = trading_sessions(date(2025, 1, 1), date(2025, 12, 31))
    assert sessions[: len(known)].equals(known)


def test_an_unknown_exchange_is_an_error():
    with pytest.raises(SettingError, match="the exchange 'SHANGHAI'"):
        trading_sessions(date(2025, 1, 1), date(2025, 2, 1), "SHANGHAI")


def test_a_start_before_the_calendar_is_an_error():
    with pytest.raises(SettingError, match="starts on 1990-12-03, after 1980-01-01"):
        trading_sessions(date(1980, 1, 1), date(2025, 2, 1))


def test_exchanges_without_bounds_work():
    days = trading_sessions(date(2020, 12, 24), date(2020, 12, 28), "XNYS")
    assert days.strftime("%m-%d").tolist() == ["12-24", "12-28"]
