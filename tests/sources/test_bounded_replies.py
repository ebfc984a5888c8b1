"""Replies that lead elsewhere, never end, or repeat the token."""

import time
from http.server import BaseHTTPRequestHandler

import pytest

from dl_pipelines.errors import SourceError
from tests.sources import baostock_server as line
from tests.sources import server as wire
from tests.sources.baostock_server import BARS, BaostockServer, Connection
from tests.sources.server import TOKEN, TushareServer
from tests.sources.test_baostock import fetch as fetch_line
from tests.sources.test_tushare import fetch


def redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, each in time."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    try:
        for _ in range(1000):
            handler.wfile.write(b" ")
            time.sleep(0.02)
    except OSError:
        handler.close_connection = True


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


def test_a_reply_that_drips_ends_after_ten_time_outs(server: TushareServer) -> None:
    server.always = drip
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
