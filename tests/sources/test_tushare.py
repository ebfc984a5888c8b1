"""The real tushare client against a local server, sound and faulty."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import SourceError
from dl_pipelines.sources.asking import Retries
from dl_pipelines.sources.tushare import BARS, TushareProvider
from tests.sources.server import TOKEN, TushareServer, row

START, END = date(2026, 1, 5), date(2026, 1, 9)
DAYS = ["20260105", "20260106", "20260107", "20260108", "20260109"]


def fetch(start: date = START, end: date = END, **options: Any) -> pd.DataFrame:
    client = options.pop("client", None)
    retries = Retries(**{"sleep": lambda _: None} | options)
    return TushareProvider(TOKEN, retries, client=client).daily_bars("000300.SH", start, end)


def test_bars_are_typed_ascending_and_in_shares_and_yuan(server: TushareServer) -> None:
    server.rows = [row("20260105", 100.5), row("20260106", 101.25, vol=12.5, amount=7.25)]
    bars = fetch()
    expected = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-01-05", "2026-01-06"]),
            "open": [99.5, 100.25],
            "high": [102.5, 103.25],
            "low": [98.5, 99.25],
            "close": [100.5, 101.25],
            "volume": [3000.0, 1250.0],
            "amount": [4000.0, 7250.0],
        }
    )
    pd.testing.assert_frame_equal(bars, expected)
    assert bars.attrs == {"duplicates_removed": 0}


def test_the_request_names_index_days_and_fields(server: TushareServer) -> None:
    server.rows = [row(day) for day in DAYS]
    fetch()
    (request,) = server.requests
    assert request["api_name"] == "index_daily"
    assert request["fields"].split(",") == BARS.columns
    asked = request["params"]
    assert (asked["ts_code"], asked["start_date"], asked["end_date"]) == (
        "000300.SH",
        "20260105",
        "20260109",
    )


def test_a_missing_amount_is_nan(server: TushareServer) -> None:
    server.rows = [row("20260105", amount=None), row("20260106")]
    np.testing.assert_array_equal(fetch()["amount"], [np.nan, 4000.0])


def test_pages_go_back_until_the_first_day(server: TushareServer) -> None:
    server.rows, server.limit = [row(day) for day in DAYS], 2
    bars = fetch()
    assert bars["date"].dt.strftime("%Y%m%d").tolist() == DAYS
    assert server.spans == [
        ("20260105", "20260109"),
        ("20260105", "20260107"),
        ("20260105", "20260105"),
    ]


def test_pages_end_where_the_index_begins(server: TushareServer) -> None:
    server.rows = [row("20260107"), row("20260108")]
    assert len(fetch()) == 2
    assert server.spans == [("20260105", "20260109"), ("20260105", "20260106")]


@settings(max_examples=15, deadline=None)
@given(days=st.sets(st.dates(START, date(2026, 3, 1)), min_size=1), limit=st.integers(1, 8))
def test_paging_returns_each_day_once(days: set[date], limit: int) -> None:
    class Client:
        def index_daily(self, *, start_date: str, end_date: str, **_: str) -> pd.DataFrame:
            found = sorted((f"{d:%Y%m%d}" for d in days), reverse=True)
            page = [row(d)[1:] for d in found if start_date <= d <= end_date][:limit]
            return pd.DataFrame(page, columns=BARS.columns)

    bars = fetch(end=date(2026, 3, 1), client=Client())
    assert bars["date"].dt.date.tolist() == sorted(days)


def test_equal_rows_are_removed_and_counted(server: TushareServer) -> None:
    server.rows = [row("20260105"), row("20260106"), row("20260106"), row("20260105")]
    bars = fetch()
    assert len(bars) == 2
    assert bars.attrs["duplicates_removed"] == 2


def test_two_different_bars_of_a_day_are_refused(server: TushareServer) -> None:
    server.rows = [row("20260105"), row("20260105", 101.0)]
    with pytest.raises(SourceError, match=r"two different bars of 000300\.SH for 2026-01-05"):
        fetch()
