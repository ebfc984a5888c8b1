"""Parsers of providers' replies, behind the real clients but without a network."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pandas as pd
import requests
from urllib3 import HTTPResponse

from dl_pipelines.sources.asking import Retries
from dl_pipelines.sources.providers import Provider, open_provider
from dl_pipelines.sources.symbols import is_ts_code
from dl_pipelines.sources.tushare import TushareProvider
from tests.fuzz.mutations import json_bytes, mutated, mutated_json
from tests.fuzz.parser import Parser
from tests.fuzz.tables import sound_bars
from tests.sources.baostock_server import END, SPLIT, encoded, records
from tests.sources.server import TOKEN

START, LAST = date(2026, 1, 1), date(2026, 1, 31)
FIELDS = ["trade_date", "open", "high", "low", "close", "vol", "amount"]
ROWS = [
    ["20260107", 101.0, 104.0, 100.0, 102.0, 30.02, 4.0],
    ["20260106", 100.0, 103.0, 99.0, 101.0, 30.01, None],
    ["20260105", 99.0, 102.0, 98.0, 100.0, 30.0, 4.0],
]
BARS = {"code": 0, "msg": "", "data": {"fields": FIELDS, "items": ROWS}}
FACTORS = {
    "code": 0,
    "msg": "",
    "data": {
        "fields": ["trade_date", "adj_factor"],
        "items": [["20260107", 2.5], ["20260106", 2.5], ["20260105", 2]],
    },
}
MEMBERS = {
    "code": 0,
    "msg": "",
    "data": {
        "fields": ["con_code", "trade_date"],
        "items": [["600519.SH", "20260105"], ["000001.SZ", "20260105"]],
    },
}
EMPTY = {"code": 0, "msg": "", "data": {"fields": FIELDS, "items": []}}
Call = Callable[[Provider], object]


class Wire(requests.adapters.BaseAdapter):
    """Gives the same reply to every request but those after the first of a kind."""

    def __init__(self, replies: dict[str, bytes], headers: dict[str, str]) -> None:
        super().__init__()
        self.replies, self.headers = dict(replies), headers

    def send(self, request: Any, **_: Any) -> requests.Response:
        api = json.loads(request.body)["api_name"]
        body = self.replies.pop(api, None) or json_bytes(EMPTY)
        raw = HTTPResponse(io.BytesIO(body), self.headers, 200, preload_content=False)
        return requests.adapters.HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        pass


def ask_tushare(
    replies: dict[str, bytes], call: Call, headers: dict[str, str] | None = None
) -> Any:
    """What the provider makes of replies, by the name of the call."""
    wire = Wire(replies, headers or {})
    with patch.object(requests.Session, "get_adapter", lambda *_, **__: wire):
        return call(TushareProvider(TOKEN, Retries(attempts=1)))


def damaged_reply(reply: dict[str, Any]) -> Callable[[Random], bytes]:
    def make(draw: Random) -> bytes:
        if draw.random() < 0.7:
            return json_bytes(mutated_json(reply, draw))
        return mutated(json_bytes(reply), draw)

    return make


def bars_of(ts_code: str) -> Call:
    return lambda provider: provider.daily_bars(ts_code, START, LAST)


def members(provider: Provider) -> list[str]:
    return provider.index_members("hs300", LAST)


def _sound(bars: pd.DataFrame) -> None:
    sound_bars(bars)
    assert bars["date"].between(pd.Timestamp(START), pd.Timestamp(LAST)).all()


def _sound_members(found: list[str]) -> None:
    assert found == sorted(set(found)) != []
    assert all(is_ts_code(symbol) for symbol in found)


def read_index(content: bytes, _: Path) -> None:
    _sound(ask_tushare({"index_daily": content}, bars_of("000300.SH")))


def read_share(content: bytes, _: Path) -> None:
    replies = {"daily": json_bytes(BARS), "adj_factor": content}
    _sound(ask_tushare(replies, bars_of("600519.SH")))


def read_members(content: bytes, _: Path) -> None:
    _sound_members(ask_tushare({"index_weight": content}, members))


class Socket:
    """A connection over which a login and a reply have come."""

    def __init__(self, reply: bytes) -> None:
        self.replies = [encoded("0", "success", "login", "anonymous") + END, reply]
        self.waiting = b""

    def sendall(self, _: bytes) -> None:
        self.waiting = self.replies.pop(0) if self.replies else b""

    def recv(self, size: int) -> bytes:
        given, self.waiting = self.waiting[:size], self.waiting[size:]
        return given

    def close(self) -> None:
        pass


def ask_baostock(reply: bytes, call: Call) -> Any:
    """What the provider makes of a reply after a login; after it the server hangs up."""
    with (
        patch("socket.create_connection", lambda *_, **__: Socket(reply)),
        open_provider("baostock", attempts=1) as provider,
    ):
        return call(provider)


PAGE = [
    ["2026-01-05", "99", "102", "98", "100", "3000", "4000"],
    ["2026-01-06", "100", "103", "99", "101", "3001", ""],
    ["2026-01-07", "101", "104", "100", "102", "3002", "4002"],
]
NAMES = "date,open,high,low,close,volume,amount"
HEAD = ["0", "success", "query", "anonymous", "1", "2000"]


def line_reply(*, packed: bool) -> Callable[[Random], bytes]:
    """Replies of baostock with damage on the line, in a part, or in the rows."""
    sound = (
        [*HEAD, records(PAGE), "sh.000300", NAMES, "2026-01-01", "2026-01-31", "d", "3"]
        if packed
        else [*HEAD, records([["2026-01-05", "sh.600000", "a"]]), "", "updateDate, code, code_name"]
    )

    def make(draw: Random) -> bytes:
        parts = list(sound)
        match draw.randrange(4):
            case 0:
                return mutated(encoded(*parts, packed=packed), draw) + draw.choice((END, b""))
            case 1:
                rows = mutated_json(json.loads(parts[6]), draw)
                parts[6] = json_bytes(rows).decode(errors="replace")
            case 2:
                text = mutated(SPLIT.join(parts).encode(), draw)
                parts = text.decode(errors="replace").split(SPLIT)
            case _:
                place = draw.randrange(len(parts))
                parts[place] = mutated(parts[place].encode(), draw).decode(errors="replace")
        return encoded(*parts, packed=packed) + END

    return make


def read_line_bars(reply: bytes, _: Path) -> None:
    _sound(ask_baostock(reply, bars_of("000300.SH")))


def read_line_members(reply: bytes, _: Path) -> None:
    _sound_members(ask_baostock(reply, members))


PARSERS = {
    "tushare bars": Parser(damaged_reply(BARS), read_index),
    "tushare factors": Parser(damaged_reply(FACTORS), read_share),
    "tushare members": Parser(damaged_reply(MEMBERS), read_members),
    "baostock bars": Parser(line_reply(packed=True), read_line_bars),
    "baostock members": Parser(line_reply(packed=False), read_line_members),
}
