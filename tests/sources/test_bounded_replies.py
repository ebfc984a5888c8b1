"""Replies that lead elsewhere, never end, or repeat the token."""

import json
import time
from functools import partial
from http.server import BaseHTTPRequestHandler

import pytest

from dl_pipelines.errors import SourceError
from dl_pipelines.sources.asking import Retries
from dl_pipelines.sources.baostock import open_baostock
from dl_pipelines.sources.tushare import open_tushare
from tests.sources import baostock_server as line
from tests.sources import server as wire
from tests.sources.baostock_server import BARS, LOGIN, BaostockServer, Connection
from tests.sources.server import TOKEN, TushareServer
from tests.sources.test_baostock import fetch as fetch_line
from tests.sources.test_tushare import END, START, fetch


def redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


# What a server sends once, and what it then sends for ever, each byte in time.
ENDLESS = {
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b" "),
    "header": (b"HTTP/1.1 200 OK\r\nX-Name: ", b"a"),
    "interim replies": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "size of a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
        b"X-Name: a\r\n",
    ),
}


def drip(handler: BaseHTTPRequestHandler, kind: str) -> None:
    handler.close_connection = True
    once, again = ENDLESS[kind]
    try:
        handler.wfile.write(once)
        for _ in range(1000):
            handler.wfile.write(again)
            time.sleep(0.02)
    except OSError:
        return


def drip_line(connection: Connection) -> None:
    connection.over = True
    try:
        for _ in range(1000):
            connection.wfile.write(b"0")
            time.sleep(0.02)
    except OSError:
        return


def test_the_token_follows_no_redirect(server: TushareServer) -> None:
    server.always = redirect
    with pytest.raises(SourceError, match="cannot be reached"):
        fetch(attempts=1)
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_reply_that_drips_ends_after_ten_time_outs(server: TushareServer, kind: str) -> None:
    server.always = partial(drip, kind=kind)
    start = time.monotonic()
    with pytest.raises(SourceError, match="did not answer in time"):
        fetch(attempts=1, timeout_seconds=0.1)
    assert time.monotonic() - start < 10


def test_a_line_that_drips_ends_after_ten_time_outs(baostock_server: BaostockServer) -> None:
    baostock_server.bars["sh.000300"] = line.bars(3)
    baostock_server.always[BARS] = drip_line
    start = time.monotonic()
    with pytest.raises(SourceError, match="did not answer in time"):
        fetch_line(attempts=1, timeout_seconds=0.1)
    assert time.monotonic() - start < 10


def test_a_token_that_is_sent_back_is_not_told(server: TushareServer) -> None:
    server.always = wire.data(wire.FIELDS, [*wire.row("20260105")[:2], TOKEN, 1, 1, 1, 1, 1])
    with pytest.raises(SourceError, match="open '<token>'") as caught:
        fetch()
    assert TOKEN not in str(caught.value)


def test_a_token_in_escapes_is_not_told_either(server: TushareServer) -> None:
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in TOKEN)
    row = json.dumps([*wire.row("20260105")[:2], "TOKEN", 1, 1, 1, 1, 1]).replace("TOKEN", escaped)
    fields = json.dumps(wire.FIELDS)
    data = f'{{"fields": {fields}, "items": [{row}]}}'
    server.always = wire.text(f'{{"code": 0, "msg": "", "data": {data}}}')
    with (
        pytest.raises(SourceError, match="open '<secret>'"),
        open_tushare({"token": TOKEN}, Retries()) as provider,
    ):
        provider.daily_bars("000300.SH", START, END)


def test_a_password_that_a_service_quotes_is_not_told(baostock_server: BaostockServer) -> None:
    baostock_server.always[LOGIN] = line.refusal("10009999", "user me with the password 5ecret")
    with (
        pytest.raises(SourceError, match="<secret>") as caught,
        open_baostock({"user": "me", "password": "5ecret"}, Retries()) as provider,
    ):
        provider.daily_bars("000300.SH", START, END)
    assert "5ecret" not in str(caught.value)
