"""Fixtures of the datasets' tests."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.io.digit_sets import chosen, digit_mirror, digit_servers, offline, raw
from tests.io.treebanks import ewt_mirror, ewt_server
from tests.sources.conftest import baostock_server, file_server, server
from tests.sources.server import TushareServer, row

__all__ = [
    "baostock_server",
    "chosen",
    "digit_mirror",
    "digit_servers",
    "ewt_mirror",
    "ewt_server",
    "file_server",
    "offline",
    "raw",
    "server",
]

WEEK = ["20260105", "20260106", "20260107", "20260108", "20260109"]


@pytest.fixture
def bars() -> pd.DataFrame:
    """Five daily bars, Monday 2026-01-05 to Friday 2026-01-09."""
    close = pd.Series([100.0, 101.0, 102.0, 103.0, 104.0])
    return pd.DataFrame(
        {
            "date": pd.date_range("2026-01-05", periods=5, unit="us"),
            "open": close - 1,
            "high": close + 2,
            "low": close - 2,
            "close": close,
            "volume": [3000.0, 3001.0, 3002.0, 3003.0, 3004.0],
        }
    )


@pytest.fixture
def snapshot(tmp_path: Path, bars: pd.DataFrame) -> Path:
    """The same bars as CSV."""
    path = tmp_path / "snapshot.csv"
    bars.to_csv(path, index=False, encoding="utf-8-sig")
    return path


@pytest.fixture
def start_child(tmp_path: Path) -> Callable[[str], "subprocess.Popen[str]"]:
    """Start Python code in a real process of its own."""

    def start(code: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


@pytest.fixture(autouse=True)
def _no_token_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUSHARE_TOKEN", raising=False)


@pytest.fixture
def exchange(server: TushareServer) -> TushareServer:
    """The snapshot's week and two days more."""
    server.rows = [row(day, 100.0 + i, vol=30 + i / 100) for i, day in enumerate(WEEK)]
    server.rows += [row("20260112", 105.0), row("20260113", 106.0)]
    return server
