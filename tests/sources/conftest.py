"""Fixtures of the sources' tests."""

from collections.abc import Iterator

import pytest

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
