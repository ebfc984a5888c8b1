"""The real baostock client against a sound local server."""

import builtins
import sys
import threading
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import SettingError, SourceError
from dl_pipelines.sources.providers import open_provider
from tests.sources.baostock_server import (
    BARS,
    LOGIN,
    LOGOUT,
    MEMBERS,
    BaostockServer,
    Fault,
    bar,
    bars,
    hang,
    reset,
    text,
)

START, END = date(2006, 1, 1), date(2026, 12, 31)


def fetch(ts_code: str = "000300.SH", start: date = START, **options: Any) -> pd.DataFrame:
    options = {"sleep": lambda _: None} | options
    with open_provider("baostock", **options) as provider:
        return provider.daily_bars(ts_code, start, END)


def test_bars_are_typed_ascending_and_in_shares_and_yuan(baostock_server: BaostockServer) -> None:
    baostock_server.bars["sh.000300"] = [
        bar("2026-01-05", 100.5),
        bar("2026-01-06", 101.25, volume="1250", amount=""),
    ]
    expected = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-01-05", "2026-01-06"]),
            "open": [99.5, 100.25],
            "high": [102.5, 103.25],
            "low": [98.5, 99.25],
            "close": [100.5, 101.25],
            "volume": [3000.0, 1250.0],
            "amount": [4000.0, np.nan],
        }
    )
    found = fetch()
    pd.testing.assert_frame_equal(found, expected)
    assert found.attrs == {"duplicates_removed": 0}


def test_an_index_is_asked_for_as_traded_and_a_share_back_adjusted(
    baostock_server: BaostockServer,
) -> None:
    baostock_server.bars = {"sh.000300": bars(3), "sh.600519": bars(3)}
    fetch()
    fetch("600519.SH")
    index, share = baostock_server.asked(BARS)
    span = ["2006-01-01", "2026-12-31", "d"]
    assert index[4:] == ["sh.000300", "date,open,high,low,close,volume,amount", *span, "3"]
    assert share[4:6] == ["sh.600519", "date,open,high,low,close,volume,amount,tradestatus"]
    assert share[6:] == [*span, "1"]


def test_days_of_suspension_are_no_bars(baostock_server: BaostockServer) -> None:
    resting = bar("2026-01-06", volume="", amount="", tradestatus="0")
    baostock_server.bars["sz.000858"] = [bar("2026-01-05"), resting, bar("2026-01-07")]
    assert fetch("000858.SZ")["date"].dt.day.tolist() == [5, 7]


@pytest.mark.parametrize(("rows", "pages"), [(1999, 1), (2000, 2), (2001, 2), (4000, 3), (4700, 3)])
def test_all_pages_are_turned(baostock_server: BaostockServer, rows: int, pages: int) -> None:
    baostock_server.bars["sh.000300"] = sent = bars(rows)
    found = fetch()
    assert found["date"].dt.strftime("%Y-%m-%d").tolist() == [row["date"] for row in sent]
    assert found["close"].tolist() == [float(row["close"]) for row in sent]
    assert [request[2] for request in baostock_server.asked(BARS)] == [
        str(page) for page in range(1, pages + 1)
    ]


def test_members_are_those_of_the_day(baostock_server: BaostockServer) -> None:
    baostock_server.members = ["sz.000001", "sh.600000", "sz.300750"]
    with open_provider("baostock") as provider:
        members = provider.index_members("hs300", date(2026, 1, 7))
    assert members == ["000001.SZ", "300750.SZ", "600000.SH"]
    assert [request[-1] for request in baostock_server.asked(MEMBERS)] == ["2026-01-07"]


def test_one_login_serves_all_requests_and_is_ended(baostock_server: BaostockServer) -> None:
    baostock_server.bars = {"sh.000300": bars(3), "sh.600519": bars(3)}
    with open_provider("baostock") as provider:
        assert baostock_server.requests == []
        provider.daily_bars("000300.SH", START, END)
        provider.daily_bars("600519.SH", START, END)
    assert [request[0] for request in baostock_server.requests] == [LOGIN, BARS, BARS, LOGOUT]


def test_a_login_is_made_again_where_the_service_has_ended_it(
    baostock_server: BaostockServer,
) -> None:
    baostock_server.bars["sh.000300"] = bars(3)
    baostock_server.faults[BARS] = [lambda connection: connection.reply("10001001", "用户未登录")]
    assert len(fetch()) == 3
    assert [request[0] for request in baostock_server.requests] == [
        LOGIN,
        BARS,
        LOGIN,
        BARS,
        LOGOUT,
    ]


def test_an_unknown_symbol_leaves_the_login_as_it_is(baostock_server: BaostockServer) -> None:
    baostock_server.bars["sh.000300"] = bars(3)
    with open_provider("baostock") as provider:
        with pytest.raises(SourceError):
            provider.daily_bars("600999.SH", START, END)
        assert len(provider.daily_bars("000300.SH", START, END)) == 3
    assert [request[0] for request in baostock_server.requests] == [LOGIN, BARS, BARS, LOGOUT]


@pytest.mark.parametrize("fault", [hang, reset, text(b""), text(b"00.9.40\x0103\x010000000001x")])
def test_a_logout_that_fails_spoils_nothing(baostock_server: BaostockServer, fault: Fault) -> None:
    baostock_server.bars["sh.000300"] = bars(3)
    baostock_server.always[LOGOUT] = fault
    assert len(fetch(timeout_seconds=0.1)) == 3


def test_threads_do_not_take_each_others_replies(baostock_server: BaostockServer) -> None:
    codes = [f"60000{digit}.SH" for digit in range(6)]
    for digit in range(6):
        baostock_server.bars[f"sh.60000{digit}"] = bars(2001 + digit)
    found: dict[str, int] = {}
    threads = [
        threading.Thread(target=lambda code=code: found.update({code: len(fetch(code))}))
        for code in codes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {code: 2001 + digit for digit, code in enumerate(codes)}


def test_nothing_is_printed(
    baostock_server: BaostockServer, capfd: pytest.CaptureFixture[str]
) -> None:
    baostock_server.bars["sh.000300"] = bars(3)
    fetch()
    with pytest.raises(SourceError):
        fetch("600999.SH")
    assert capfd.readouterr() == ("", "")


def test_without_the_package_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name.startswith("baostock"):
            raise ModuleNotFoundError(name)
        return original(name, *arguments, **options)

    for name in [name for name in sys.modules if name.startswith("baostock")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SourceError, match=r"run pip install 'dl_pipelines\[baostock\]'") as caught:
        fetch()
    assert caught.value.__cause__ is None


def test_an_unknown_provider_or_index_is_named() -> None:
    with (
        pytest.raises(SettingError, match="no provider 'wind': choose one of tushare, baostock"),
        open_provider("wind"),
    ):
        pass
    with (
        open_provider("baostock") as provider,
        pytest.raises(SettingError, match="no index 'sp500'"),
    ):
        provider.index_members("sp500", END)
