"""Bars that a second provider is asked for too, by the real client."""

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import DataError, SettingError, SourceError
from dl_pipelines.io.checked_bars import CheckedBarsDataset
from tests.io.test_provider_bars import dataset
from tests.sources.baostock_server import BARS, BaostockServer, refusal
from tests.sources.server import TOKEN, TushareServer


def checked(path: Path, **options: Any) -> CheckedBarsDataset:
    entry = {"type": "dl_pipelines.io.market.MarketCsvDataset", "filepath": str(path)}
    settings: dict[str, Any] = {
        "dataset": entry,
        "ts_code": "000300.SH",
        "provider": "baostock",
        "request": {"attempts": 1, "timeout_seconds": 1.0},
    }
    return CheckedBarsDataset(**settings | options)


def listing(bars: pd.DataFrame) -> list[dict[str, str]]:
    """Daily bars as baostock sends them."""
    text = (
        bars.assign(amount="", tradestatus="1")
        .astype("str")
        .assign(date=bars["date"].astype("str"))
    )
    return text.to_dict("records")


def test_what_differs_is_told_and_nothing_is_changed(
    snapshot: Path,
    bars: pd.DataFrame,
    baostock_server: BaostockServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    baostock_server.bars["sh.000300"] = listing(bars)
    baostock_server.bars["sh.000300"][1]["close"] = "101.5"
    loaded = checked(snapshot).load()
    assert loaded["close"].tolist() == ["100.0", "101.0", "102.0", "103.0", "104.0"]  # still text
    assert loaded.attrs["source"] == "snapshot.csv"
    assert loaded.attrs["provider_differences"] == [
        {
            "date": "2026-01-06",
            "column": "close",
            "source": "snapshot.csv",
            "value": 101.0,
            "other_source": "baostock 000300.SH",
            "other_value": 101.5,
        }
    ]
    [asked] = baostock_server.asked(BARS)
    assert asked[6:8] == ["2026-01-05", "2026-01-09"]
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "snapshot.csv and baostock 000300.SH differ in 1 values" in warning.getMessage()


def test_a_provider_is_checked_against_another(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, baostock_server: BaostockServer
) -> None:
    live = dataset(tmp_path).load()
    baostock_server.bars["sh.000300"] = listing(live.drop(columns="amount"))
    entry = {
        "type": "dl_pipelines.io.provider_bars.ProviderBarsDataset",
        "provider": "tushare",
        "table": {"filepath": str(tmp_path / "table.parquet")},
        "snapshot": {"filepath": str(snapshot)},
        "ts_code": "000300.SH",
        "start_date": "2026-01-05",
        "end_date": "2026-01-13",
        "credentials": {"token": TOKEN},
    }
    found = checked(snapshot, dataset=entry).load()
    assert len(found) == 7
    assert found.attrs["provider_differences"] == []
    assert found.attrs["rows_added"] == 2


def test_a_second_provider_that_fails_is_told(
    snapshot: Path, baostock_server: BaostockServer
) -> None:
    baostock_server.always[BARS] = refusal("10001011")
    with pytest.raises(DatasetError) as caught:
        checked(snapshot).load()
    assert isinstance(caught.value.__cause__, SourceError)
    assert "has blocked this user" in str(caught.value.__cause__)


def test_an_unknown_provider_is_named_before_anything_runs(snapshot: Path) -> None:
    with pytest.raises(SettingError, match="no provider 'wind': choose one of tushare, baostock"):
        checked(snapshot, provider="wind")


def test_a_file_without_days_is_named(tmp_path: Path, baostock_server: BaostockServer) -> None:
    path = tmp_path / "bars.csv"
    path.write_text("date,close\nsoon,1\n")
    with pytest.raises(DatasetError) as caught:
        checked(path).load()
    assert isinstance(caught.value.__cause__, DataError)
    assert "bars.csv has no days" in str(caught.value.__cause__)
    assert baostock_server.requests == []


def test_it_exists_where_its_bars_do_and_is_never_written(
    tmp_path: Path, snapshot: Path, bars: pd.DataFrame
) -> None:
    assert checked(snapshot).exists()
    assert not checked(tmp_path / "none.csv").exists()
    with pytest.raises(DatasetError, match="never written"):
        checked(snapshot).save(bars)
