"""Where `stock.source` and `stock.check_against` take the bars from, as settings of a run."""

import json
from typing import Any

import pandas as pd
import pytest
from kedro.framework.project import pipelines

from dl_pipelines.session import ProjectSession
from tests.pipelines.stock_lstm.test_bad_input import UNTRACKED, failure
from tests.real_project import RealProject, register_project
from tests.sources.baostock_server import BARS, BaostockServer, bar, refusal
from tests.sources.conftest import baostock_server

__all__ = ["baostock_server"]

INGEST = {"node_names": ["stock_lstm.ingest_bars", "stock_lstm.clean_bars"]}


@pytest.fixture
def live(fresh: RealProject, baostock_server: BaostockServer) -> RealProject:
    """A project whose snapshot the local server has too, and two days more."""
    catalog = fresh.root / "conf/base/catalog_stock.yml"
    hurry = "credentials: baostock, request: {backoff_seconds: 0, timeout_seconds: 2}"
    catalog.write_text(catalog.read_text().replace("credentials: baostock", hurry))
    rows = pd.read_csv(fresh.snapshot, encoding="utf-8-sig", dtype="str")
    sent = rows.assign(amount="", tradestatus="1").to_dict("records")
    last = float(rows["close"].iloc[-1])
    baostock_server.bars["sh.000300"] = [*sent, bar("2026-01-05", last), bar("2026-01-06", last)]
    return fresh


def ingest(project: RealProject, env: str | None = None, **stock: str | None) -> dict[str, Any]:
    """Run the first nodes; what the data-quality report says."""
    project.run(UNTRACKED | {"stock": stock}, env=env, **INGEST)
    report: dict[str, Any] = json.loads((project.reports / "data_quality.json").read_text())
    return report


def test_a_provider_of_the_command_line_extends_the_snapshot(live, baostock_server):
    report = ingest(live, source="baostock", end_date="2026-01-06")
    assert (report["rows"], report["last_date"]) == (4859, "2026-01-06")
    assert report["source"] == "csi300_daily.csv + baostock 000300.SH"
    assert (report["rows_added"], report["revisions"], report["provider_differences"]) == (
        2,
        [],
        [],
    )
    table = pd.read_parquet(live.root / "data/01_raw/000300.SH.parquet")
    assert len(table) == 4859
    baostock_server.requests.clear()
    assert ingest(live, source="baostock", end_date="2026-01-06")["rows_added"] == 0
    assert baostock_server.requests == []


def test_the_environment_baostock_takes_the_test_to_the_last_day(live, baostock_server):
    assert ingest(live, env="baostock", end_date="2026-01-05")["last_date"] == "2026-01-05"
    register_project()
    pipelines.set_requested(["stock_lstm"])  # as `kedro run --pipeline stock_lstm` does
    with ProjectSession.create(live.root, env="baostock") as session:
        settings = session.load_context().config_loader["parameters"]
    assert settings["stock_lstm"]["lstm"]["holdout"]["end"] is None
    assert settings["stock"]["source"] == "baostock"


def test_another_symbol_has_a_table_of_its_own(live, baostock_server):
    baostock_server.bars["sh.600519"] = [bar("2026-01-05", 1500.0), bar("2026-01-06", 1510.0)]
    other = {"ts_code": "600519.SH", "snapshot": None, "end_date": "2026-01-06"}
    report = ingest(live, source="baostock", **other)
    assert (report["rows"], report["source"]) == (2, "baostock 600519.SH")
    assert (live.root / "data/01_raw/600519.SH.parquet").is_file()
    assert baostock_server.asked(BARS)[0][-1] == "1"  # back-adjusted


def test_an_own_file_may_hold_any_symbol(live):
    own = live.snapshot.rename(live.snapshot.with_name("own.csv"))
    report = ingest(live, ts_code="600519.SH", snapshot=str(own))
    assert (report["rows"], report["source"]) == (4857, "own.csv")
    table = live.root / "data/02_intermediate/stock_lstm/daily_bars_raw.parquet"
    assert pd.read_parquet(table).attrs["ts_code"] == "600519.SH"


def test_a_second_provider_is_only_compared(live, baostock_server):
    baostock_server.bars["sh.000300"][99]["open"] = "1.0"
    baostock_server.bars["sh.000300"][99]["low"] = "1.0"
    report = ingest(live, check_against="baostock")
    assert (report["rows"], report["source"]) == (4857, "csi300_daily.csv")
    found = report["provider_differences"]
    assert [each["column"] for each in found] == ["open", "low"]
    assert {each["other_source"] for each in found} == {"baostock 000300.SH"}
    assert report["columns"]["open"]["min"] > 1.0


@pytest.mark.parametrize(
    ("stock", "part"),
    [
        (
            {"source": "baostok"},
            "'stock.source' is baostok: choose one of files, tushare, baostock",
        ),
        ({"check_against": "wind"}, "no provider 'wind': choose one of tushare, baostock"),
        ({"snapshot": None}, "'stock.snapshot' is null"),
        ({"ts_code": "600519.SH"}, "the embedded snapshot csi300_daily.csv holds 000300.SH only"),
        (  # of which the provider is asked for no day
            {"source": "baostock", "ts_code": "600519.SH", "end_date": "2025-12-31"},
            "the embedded snapshot csi300_daily.csv holds 000300.SH only",
        ),
        ({"source": "baostock", "ts_code": "000300"}, "no symbol '000300': write six digits"),
        ({"source": "baostock", "snapshot": None, "ts_code": "600999.SH"}, "knows no such symbol"),
        ({"sourse": "baostock"}, "did you mean 'stock.source'?"),
    ],
)
def test_a_wrong_setting_is_one_sentence(live, stock, part):
    assert part in failure(live, {"stock": stock}, **INGEST)


@pytest.mark.parametrize("code", ["10001011", "10005001"])
def test_a_failing_provider_is_one_sentence_and_leaves_the_table(live, baostock_server, code):
    ingest(live, source="baostock", end_date="2026-01-05")
    table = live.root / "data/01_raw/000300.SH.parquet"
    before = table.read_bytes()
    baostock_server.always[BARS] = refusal(code)
    later = {"stock": {"source": "baostock", "end_date": "2026-02-02"}}
    assert "baostock daily bars of 000300.SH" in failure(live, later, **INGEST)
    assert table.read_bytes() == before
