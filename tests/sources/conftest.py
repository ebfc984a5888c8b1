"""Fixtures of the sources' tests."""

from collections.abc import Iterator

import pytest

from tests.sources.baostock_server import BaostockServer
from tests.sources.file_server import FileServer
from tests.sources.server import TushareServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TushareServer]:
    """A fresh server that the real tushare client is pointed at."""
    from tushare.pro.client import DataApi

    server = TushareServer()
    monkeypatch.setattr(DataApi, "_DataApi__http_url", server.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.close()


@pytest.fixture
def file_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """A fresh server of a table of one house."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = FileServer("price,area\n100,50\n")
    yield server
    server.close()


@pytest.fixture
def baostock_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BaostockServer]:
    """A fresh server that the real baostock client is pointed at."""
    from baostock.common import contants

    server = BaostockServer()
    monkeypatch.setattr(contants, "BAOSTOCK_SERVER_IP", "127.0.0.1")
    monkeypatch.setattr(contants, "BAOSTOCK_SERVER_PORT", server.port)
    yield server
    server.close()
