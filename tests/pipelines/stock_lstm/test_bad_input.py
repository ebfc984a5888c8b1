"""Bad input ends a run with one sentence, and leaves the tables as they were."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from tests.real_project import RealProject
from tests.sources import server as faults
from tests.sources.conftest import server
from tests.sources.server import TOKEN, TushareServer, row

__all__ = ["server"]

UNTRACKED = {"tracking": {"enabled": False}}


def failure(project: RealProject, params: dict[str, Any] | None = None, **run: Any) -> str:
    """The one sentence that a run ends with."""
    with pytest.raises(click.ClickException) as caught:
        project.run(UNTRACKED | (params or {}), **run)
    sentence = caught.value.message
    assert caught.value.exit_code != 0
    assert "\n" not in sentence.strip() and "Traceback" not in sentence
    return sentence


def change(line: int, column: int, value: str) -> Callable[[list[str]], list[str]]:
    def edit(lines: list[str]) -> list[str]:
        cells = lines[line - 1].split(",")
        cells[column] = value
        return [*lines[: line - 1], ",".join(cells), *lines[line:]]

    return edit


def without_column(lines: list[str]) -> list[str]:
    return [line.rpartition(",")[0] for line in lines]


def with_column(lines: list[str]) -> list[str]:
    return [f"{lines[0]},turnover", *(f"{line},1" for line in lines[1:])]


def twice(lines: list[str]) -> list[str]:
    return [*lines[:6], lines[5], *lines[6:]]


def swapped(lines: list[str]) -> list[str]:
    return [*lines[:5], lines[6], lines[5], *lines[7:]]


@pytest.mark.parametrize(
    ("edit", "parts"),
    [
        (without_column, ["lacks volume"]),
        (with_column, ["unknown turnover"]),
        (change(7, 1, "n/a?"), ["line 7", "open", "n/a?"]),
        (change(7, 2, ""), ["line 7", "high"]),
        (change(7, 3, "-3.5"), ["line 7", "low", "-3.5"]),
        (change(7, 2, "1.0"), ["line 7", "high 1 is below low"]),
        (change(7, 0, "2006-02-30"), ["line 7", "2006-02-30"]),
        (twice, ["line 7", "twice"]),
        (swapped, ["line 7", "earlier"]),
        (lambda lines: [], ["empty"]),
        (lambda lines: lines[:1], ["no rows"]),
        (lambda lines: lines[:20], ["19 trading days", "24"]),
        (lambda lines: lines[:40], ["'end' is 2025-12-31", "outside the data"]),
    ],
)
def test_a_wrong_file_is_named_with_row_and_column(fresh, edit, parts):
    lines = fresh.snapshot.read_text(encoding="utf-8-sig").splitlines()
    fresh.snapshot.write_text("\n".join(edit(lines)), encoding="utf-8-sig")
    sentence = failure(fresh)
    for part in parts:
        assert part in sentence
    assert not (fresh.reports / "metrics.json").exists()


def test_a_wrong_file_leaves_the_raw_table_as_it_was(fresh):
    ingest = {"node_names": ["stock_lstm.ingest_bars"]}
    fresh.run(UNTRACKED, **ingest)
    table = fresh.root / "data/02_intermediate/stock_lstm/daily_bars_raw.parquet"
    before = table.read_bytes()
    text = fresh.snapshot.read_text(encoding="utf-8-sig").replace("961.915", "-1")
    fresh.snapshot.write_text(text, encoding="utf-8-sig")
    assert "csi300_daily.csv, line 2 (2006-01-06)" in failure(fresh, **ingest)
    assert table.read_bytes() == before
    assert [path.name for path in table.parent.iterdir()] == [table.name]


def test_a_truncated_table_is_named(fresh):
    fresh.run(UNTRACKED, node_names=["stock_lstm.ingest_bars"])
    table = fresh.root / "data/02_intermediate/stock_lstm/daily_bars_raw.parquet"
    table.write_bytes(table.read_bytes()[:5000])
    sentence = failure(fresh, node_names=["stock_lstm.clean_bars"])
    assert "daily_bars_raw.parquet" in sentence


@pytest.mark.parametrize(
    ("setting", "parts"),
    [
        ({"training": {"optimizer": {"name": "adamm"}}}, ["optimizer.name", "adamm", "'adamw'"]),
        ({"training": {"optimizer": {"lr": -1}}}, ["optimizer.lr", "-1", "greater than 0"]),
        (
            {"training": {"loss": {"name": "cross_entropy"}}},
            ["loss.name", "cross_entropy", "'mse'"],
        ),
        ({"training": {"epoch": 3}}, ["no setting 'epoch'"]),
        ({"trianing": {"epochs": 3}}, ["stock_lstm.lstm.trianing", "stock_lstm.lstm.training"]),
        ({"holdout": {"test_start": "2031-01-01", "end": None}}, ["test_start", "2031-01-01"]),
        ({"forecaster": {"window": 4000}}, ["window", "4000"]),
        ({"forecaster": {"features": ["hihg"]}}, ["features", "hihg"]),
    ],
)
def test_a_wrong_setting_is_named(fresh, setting, parts):
    quick = {"backend": "sequential", "device": "cpu"}
    sentence = failure(fresh, {"stock_lstm": {"lstm": setting}, "compute": quick})
    for part in parts:
        assert part in sentence


@pytest.fixture
def live(fresh: RealProject, server: TushareServer, monkeypatch) -> RealProject:
    """A project whose tushare environment asks the local server for the days after 2025."""
    monkeypatch.setenv("TUSHARE_TOKEN", TOKEN)
    catalog = fresh.root / "conf/base/catalog_stock.yml"
    hurry = "credentials: tushare, request: {backoff_seconds: 0, timeout_seconds: 2}"
    catalog.write_text(catalog.read_text().replace("credentials: tushare", hurry))
    last = ["20251225", "20251226", "20251229", "20251230", "20251231"]
    bars = fresh.snapshot.read_text(encoding="utf-8-sig").splitlines()[-5:]
    for day, line in zip(last, bars, strict=True):
        prices = [float(cell) for cell in line.split(",")[1:]]
        opened, high, low, close, volume = prices
        server.rows.append(["000300.SH", day, opened, high, low, close, volume / 100, 4.0])
    server.rows.append(row("20260105", close))
    return fresh


LIVE = {"env": "tushare", "node_names": ["stock_lstm.ingest_bars"]}
UNTIL = {"stock": {"end_date": "2026-01-05"}}


def table_of(project: RealProject) -> Path:
    return project.root / "data/01_raw/000300.SH.parquet"


def test_the_live_api_extends_the_snapshot(live, server):
    import pandas as pd

    live.run(UNTRACKED | UNTIL, **LIVE)
    table = pd.read_parquet(table_of(live))
    assert len(table) == 4858
    assert table["date"].iloc[-1] == pd.Timestamp("2026-01-05")
    asked = len(server.requests)
    live.run(UNTRACKED | UNTIL, **LIVE)
    assert len(server.requests) == asked  # nothing is missing, nothing is asked


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (faults.refusal(faults.WRONG_TOKEN, 40101), "the token is wrong"),
        (faults.refusal(faults.PERMISSION), "2,000 tushare points"),
        (faults.refusal(faults.RATE), "calls per minute are used up"),
        (faults.status(500), "answered with an HTTP error"),
        (faults.text("<html>maintenance</html>"), "a web page or plain text instead of JSON"),
        (faults.cut, "the reply was cut in the middle"),
        (faults.reset, "the service cannot be reached"),
    ],
)
def test_a_failing_api_is_one_sentence_and_leaves_the_table(live, server, fault, part):
    live.run(UNTRACKED | UNTIL, **LIVE)
    before = table_of(live).read_bytes()
    server.always = fault
    later = {"stock": {"end_date": "2026-02-02"}}
    sentence = failure(live, later, **LIVE)
    assert part in sentence
    assert TOKEN not in sentence
    assert table_of(live).read_bytes() == before


def test_a_refused_connection_is_one_sentence(live, server):
    server.close()
    sentence = failure(live, UNTIL, **LIVE)
    assert "the service cannot be reached" in sentence and TOKEN not in sentence
    assert not table_of(live).exists()


def test_an_end_before_the_snapshot_is_one_sentence(live, server):
    sentence = failure(live, {"stock": {"end_date": "2005-12-30"}}, **LIVE)
    assert "end_date is 2005-12-30, before start_date 2006-01-06" in sentence
    assert server.requests == [] and not table_of(live).exists()


def test_no_token_says_where_to_put_one(live, monkeypatch):
    monkeypatch.delenv("TUSHARE_TOKEN")
    sentence = failure(live, UNTIL, **LIVE)
    assert "TUSHARE_TOKEN" in sentence and "conf/local/credentials.yml" in sentence
