"""Replies of baostock that are well-formed and yet refused."""

import re
from datetime import date

import pytest

from dl_pipelines.errors import SourceError, UnknownSymbolError
from dl_pipelines.sources.providers import open_provider
from tests.sources import baostock_server as wire
from tests.sources.baostock_server import BARS, MEMBERS, BaostockServer, bar, bars
from tests.sources.test_baostock import END, fetch


@pytest.mark.parametrize("ts_code", ["600999.SH", "000999.SH", "430047.BJ"])
def test_a_symbol_that_does_not_exist_is_named(
    baostock_server: BaostockServer, ts_code: str
) -> None:
    with pytest.raises(UnknownSymbolError, match=rf"{re.escape(ts_code)}.*knows no such symbol"):
        fetch(ts_code)


def test_a_symbol_without_bars_is_named(baostock_server: BaostockServer) -> None:
    baostock_server.bars["sh.000300"] = bars(3)
    with pytest.raises(
        UnknownSymbolError, match=r"no daily bars of 000300\.SH from 2026-01-01 to 2026-12"
    ):
        fetch(start=date(2026, 1, 1))


def test_a_day_without_members_is_told(baostock_server: BaostockServer) -> None:
    with open_provider("baostock") as provider:
        with pytest.raises(SourceError, match="members of hs300 on 2026-12-31: there are no memb"):
            provider.index_members("hs300", END)
        baostock_server.always[MEMBERS] = wire.refusal("10004010", "日期格式不正确")
        with pytest.raises(SourceError, match="code 10004010"):
            provider.index_members("hs300", END)
        baostock_server.always.clear()
        baostock_server.members = ["600000"]
        with pytest.raises(SourceError, match="sent '600000' for a symbol"):
            provider.index_members("hs300", END)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("close", ""),
        ("close", "-3.0"),
        ("open", "0.0"),
        ("open", "abc"),
        ("high", "99.5"),
        ("high", "inf"),
        ("low", "100.5"),
        ("volume", "-1"),
        ("volume", ""),
        ("amount", "-1"),
        ("date", "2026-13-06"),
        ("date", "2027-01-06"),
    ],
)
def test_an_impossible_value_is_named_with_its_day(
    baostock_server: BaostockServer, column: str, value: str
) -> None:
    rows = [bar("2026-01-05"), bar("2026-01-06") | {column: value}, bar("2026-01-07")]
    names = ["date", "open", "high", "low", "close", "volume", "amount"]
    content = wire.records([[row[name] for name in names] for row in rows])
    head = ["0", "success", "query", "anonymous", "1", "2000", content, "sh.000300"]
    baostock_server.always[BARS] = wire.body(*head, ",".join(names), *"abcd")
    day = value if column == "date" else "2026-01-06"
    with pytest.raises(SourceError, match=f"on {day} the reply has {column} '{value}', which can"):
        fetch()


def test_missing_columns_are_named(baostock_server: BaostockServer) -> None:
    content = wire.records([["2026-01-05", "1", "1", "1", "1"]])
    head = ["0", "success", "query", "anonymous", "1", "2000", content, "sh.000300"]
    baostock_server.always[BARS] = wire.body(*head, "date,open,high,low,close", *"abcd")
    with pytest.raises(SourceError, match="the reply lacks volume, amount; baostock may have"):
        fetch()


def test_two_different_bars_of_a_day_are_refused(baostock_server: BaostockServer) -> None:
    baostock_server.bars["sh.000300"] = [bar("2026-01-05"), bar("2026-01-05", 101.0)]
    with pytest.raises(SourceError, match=r"two different bars of 000300\.SH for 2026-01-05"):
        fetch()
