"""Shares and members of indices by the real tushare client, against a local server."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from dl_pipelines.errors import SettingError, SourceError, UnknownSymbolError
from dl_pipelines.sources.providers import open_provider
from tests.sources import server as wire
from tests.sources.server import FIELDS, TOKEN, TushareServer, row

START, END = date(2026, 1, 5), date(2026, 1, 9)
DAYS = ["20260105", "20260106", "20260107", "20260108", "20260109"]
SHARE = "600519.SH"


def fetch(ts_code: str = SHARE, **options: Any) -> pd.DataFrame:
    options = {"sleep": lambda _: None} | options
    with open_provider("tushare", credentials={"token": TOKEN}, **options) as provider:
        return provider.daily_bars(ts_code, START, END)


def members(index: str = "hs300", day: date = END) -> list[str]:
    with open_provider("tushare", credentials={"token": TOKEN}) as provider:
        return provider.index_members(index, day)


def factor(day: str, value: object) -> dict[str, Any]:
    return {"ts_code": SHARE, "trade_date": day, "adj_factor": value}


def weight(day: str, member: str) -> dict[str, Any]:
    return {"index_code": "399300.SZ", "trade_date": day, "con_code": member, "weight": 0.3}


@pytest.fixture
def exchange(server: TushareServer) -> TushareServer:
    """Five bars at 100, and a split that doubles the factor on the third day."""
    named = [dict(zip(FIELDS, row(day), strict=True)) | {"ts_code": SHARE} for day in DAYS]
    factors = [factor(day, value) for day, value in zip(DAYS, [3, 3, 6, 6, 6], strict=True)]
    server.tables = {"daily": named, "adj_factor": factors}
    return server


def test_prices_are_back_adjusted_and_volumes_are_not(exchange: TushareServer) -> None:
    bars = fetch()
    assert bars["close"].tolist() == [300.0, 300.0, 600.0, 600.0, 600.0]
    assert bars[["open", "high", "low"]].iloc[2].tolist() == [594.0, 612.0, 588.0]
    assert bars["volume"].unique().tolist() == [3000.0]
    assert bars["amount"].unique().tolist() == [4000.0]
    assert bars.attrs == {"duplicates_removed": 0}


def test_added_days_never_change_the_past(exchange: TushareServer) -> None:
    before = fetch()
    exchange.tables["daily"].append(dict(exchange.tables["daily"][0]) | {"trade_date": "20260104"})
    later = [exchange.tables["adj_factor"].pop(), exchange.tables["daily"].pop(4)]
    pd.testing.assert_frame_equal(fetch(), before.iloc[:4])
    exchange.tables["adj_factor"].append(later[0] | {"adj_factor": 60})
    exchange.tables["daily"].append(later[1])
    pd.testing.assert_frame_equal(fetch().iloc[:4], before.iloc[:4])


def test_both_calls_are_paged(exchange: TushareServer) -> None:
    exchange.limit = 2
    assert fetch()["close"].tolist() == [300.0, 300.0, 600.0, 600.0, 600.0]
    assert [request["api_name"] for request in exchange.requests] == [
        *["daily"] * 3,
        *["adj_factor"] * 3,
    ]


def test_factors_of_days_without_a_bar_are_left_out(exchange: TushareServer) -> None:
    del exchange.tables["daily"][1]
    assert fetch()["close"].tolist() == [300.0, 600.0, 600.0, 600.0]


@pytest.mark.parametrize("missing", [[2], [0, 1, 2, 3, 4]])
def test_a_day_without_a_factor_is_named(exchange: TushareServer, missing: list[int]) -> None:
    factors = exchange.tables["adj_factor"]
    exchange.tables["adj_factor"] = [f for i, f in enumerate(factors) if i not in missing]
    day = f"2026-01-0{5 + missing[0]}"
    with pytest.raises(SourceError, match=rf"bar of 600519\.SH on {day} but no adj_factor"):
        fetch()


@pytest.mark.parametrize("value", [0.0, -1.0, None, "x"])
def test_an_impossible_factor_is_named_with_its_day(exchange: TushareServer, value: object) -> None:
    exchange.tables["adj_factor"][3] = factor("20260108", value)
    with pytest.raises(
        SourceError, match=r"adj_factor of 600519.* on 20260108 .* has adj_factor '"
    ):
        fetch()


def test_two_factors_of_a_day_are_refused(exchange: TushareServer) -> None:
    exchange.tables["adj_factor"].append(factor("20260108", 7))
    with pytest.raises(SourceError, match=r"different adj_factors of 600519\.SH for 2026-01-08"):
        fetch()


@pytest.mark.parametrize("ts_code", ["600999.SH", "000999.SZ", "000999.SH", "430047.BJ"])
def test_a_symbol_that_does_not_exist_is_named(exchange: TushareServer, ts_code: str) -> None:
    with pytest.raises(UnknownSymbolError, match=f"no daily bars of {ts_code} from 2026-01-05"):
        fetch(ts_code)


@pytest.mark.parametrize("ts_code", ["600519", "sh.600519", "600519.sh", "", "60051\uff19.SH"])
def test_what_is_no_ts_code_is_not_asked_for(exchange: TushareServer, ts_code: str) -> None:
    with pytest.raises(SourceError, match=f"no symbol '{ts_code}': write six digits"):
        fetch(ts_code)
    assert exchange.requests == []


@pytest.mark.parametrize(
    ("api", "points"), [("daily", "120"), ("adj_factor", "2,000"), ("index_weight", "2,000")]
)
def test_each_call_tells_the_points_it_needs(
    exchange: TushareServer, api: str, points: str
) -> None:
    exchange.faults = [wire.refusal(wire.PERMISSION)]
    if api == "adj_factor":
        exchange.faults.insert(0, None)
    sentence = rf"tushare {api} of .* may not call {api}; it needs {points} tushare points"
    with pytest.raises(SourceError, match=sentence):
        members() if api == "index_weight" else fetch()


def test_a_cut_reply_is_asked_again(exchange: TushareServer) -> None:
    exchange.faults = [wire.cut, None, wire.reset, wire.status(503)]
    assert len(fetch()) == 5


def test_members_are_those_of_the_newest_list(server: TushareServer) -> None:
    server.tables["index_weight"] = [
        weight("20251130", "000001.SZ"),
        weight("20251231", "600519.SH"),
        weight("20251231", "000858.SZ"),
        weight("20260131", "300750.SZ"),
    ]
    assert members() == ["000858.SZ", "600519.SH"]
    assert members(day=date(2025, 12, 30)) == ["000001.SZ"]
    assert server.spans[0] == ("20251108", "20260109")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "399300.SZ, 2025-11-08 to 2026-01-09: there are no members; choose another day"),
        ([weight("20251231", "600519")], "no symbol '600519'"),
    ],
)
def test_what_is_no_list_of_members_is_refused(
    server: TushareServer, rows: list, sentence: str
) -> None:
    server.tables["index_weight"] = rows
    with pytest.raises(SourceError, match=sentence):
        members()


def test_an_unknown_index_is_named(server: TushareServer) -> None:
    with pytest.raises(SettingError, match="there is no index 'zz500': choose one of hs300"):
        members("zz500")
