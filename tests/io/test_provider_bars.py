"""The table that the live API extends, driven through the real client."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dl_pipelines.io import provider_bars
from dl_pipelines.io.market import MarketTableDataset
from dl_pipelines.io.provider_bars import ProviderBarsDataset
from tests.sources.server import TOKEN, TushareServer, row


def dataset(folder: Path, **options: Any) -> ProviderBarsDataset:
    settings: dict[str, Any] = {
        "provider": "tushare",
        "table": str(folder / "table.parquet"),
        "ts_code": "000300.SH",
        "start_date": "2026-01-05",
        "end_date": "2026-01-13",
        "snapshot": {"filepath": str(folder / "snapshot.csv")},
        "credentials": {"token": TOKEN},
        "overlap_days": 2,
        "request": {"attempts": 2, "backoff_seconds": 0.0},
    }
    return ProviderBarsDataset(**settings | options)


def save(folder: Path, bars: pd.DataFrame) -> None:
    MarketTableDataset(str(folder / "table.parquet")).save(bars)


def test_the_snapshot_is_extended_by_what_it_lacks(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, bars: pd.DataFrame
) -> None:
    extended = dataset(tmp_path).load()
    assert exchange.spans == [("20260108", "20260113")]
    assert extended["close"].tolist() == [100, 101, 102, 103, 104, 105, 106]
    pd.testing.assert_frame_equal(extended.iloc[:5][bars.columns], bars)
    assert extended["amount"].isna().tolist() == [True] * 3 + [False] * 4
    assert extended.attrs == {
        "file": str(snapshot),
        "source": "snapshot.csv + tushare 000300.SH",
        "ts_code": "000300.SH",
        "rows_added": 2,
        "revisions": [],
        "provider_differences": [],
        "duplicates_removed": 0,
        "asked_from": "2026-01-05",
    }
    assert not (tmp_path / "table.parquet").exists()


def test_a_saved_table_is_used_and_is_up_to_date(
    tmp_path: Path, snapshot: Path, exchange: TushareServer
) -> None:
    extended = dataset(tmp_path).load()
    save(tmp_path, extended)
    snapshot.unlink()
    exchange.requests.clear()
    again = dataset(tmp_path, credentials=None).load()
    assert exchange.requests == []
    pd.testing.assert_frame_equal(again, extended)
    assert again.attrs["rows_added"] == 0
    assert again.attrs["file"] == str(tmp_path / "table.parquet")
    assert again.attrs["source"] == "snapshot.csv + tushare 000300.SH"


@pytest.mark.parametrize("none", [None, {"filepath": None}])
def test_without_table_and_snapshot_all_is_asked_for(
    tmp_path: Path, exchange: TushareServer, none: Any
) -> None:
    extended = dataset(tmp_path, snapshot=none).load()
    assert exchange.spans == [("20260105", "20260113")]
    assert len(extended) == extended.attrs["rows_added"] == 7
    assert extended.attrs["source"] == "tushare 000300.SH"
    save(tmp_path, extended)
    assert dataset(tmp_path, snapshot=None).load().attrs["rows_added"] == 0


def test_the_source_names_all_that_was_used_once(
    tmp_path: Path, snapshot: Path, exchange: TushareServer
) -> None:
    both = "snapshot.csv + tushare 000300.SH"
    sources = []
    for end in ("2026-01-09", "2026-01-12", "2026-01-12", "2026-01-13"):
        bars = dataset(tmp_path, end_date=end).load()
        save(tmp_path, bars)
        sources.append(bars.attrs["source"])
    assert sources == ["snapshot.csv", both, both, both]


def test_a_table_that_names_no_source_is_one_itself(
    tmp_path: Path, exchange: TushareServer, bars: pd.DataFrame
) -> None:
    save(tmp_path, bars)
    assert dataset(tmp_path, end_date="2026-01-09").load().attrs["source"] == "table.parquet"
    assert dataset(tmp_path).load().attrs["source"] == "table.parquet + tushare 000300.SH"


def test_bars_outside_the_range_stay(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, bars: pd.DataFrame
) -> None:
    loaded = dataset(tmp_path, start_date="2026-01-06", end_date="2026-01-08").load()
    pd.testing.assert_frame_equal(loaded, bars)
    assert exchange.requests == []


def test_a_hole_inside_stays(tmp_path: Path, exchange: TushareServer, bars: pd.DataFrame) -> None:
    save(tmp_path, bars.drop(index=1))
    extended = dataset(tmp_path).load()
    assert exchange.spans == [("20260108", "20260113")]
    assert pd.Timestamp("2026-01-06") not in extended["date"].tolist()


def test_days_before_the_index_began_are_asked_for_once(
    tmp_path: Path, snapshot: Path, exchange: TushareServer
) -> None:
    early = dataset(tmp_path, start_date="2025-12-01", end_date="2026-01-09")
    extended = early.load()
    assert exchange.spans == [("20251201", "20260105"), ("20251201", "20260104")]
    assert extended.attrs["asked_from"] == "2025-12-01"
    save(tmp_path, extended)
    exchange.requests.clear()
    assert len(early.load()) == 5
    assert exchange.requests == []


def test_earlier_days_are_prepended(
    tmp_path: Path, snapshot: Path, exchange: TushareServer
) -> None:
    exchange.rows.append(row("20260102", 99.5))
    extended = dataset(tmp_path, start_date="2026-01-01").load()
    assert exchange.spans[0] == ("20260101", "20260105")
    assert exchange.spans[-1] == ("20260108", "20260113")
    assert extended["date"].is_monotonic_increasing
    assert extended["close"].iloc[0] == 99.5
    assert extended.attrs["rows_added"] == 3


def test_a_revision_in_the_overlap_is_taken_and_reported(
    tmp_path: Path,
    snapshot: Path,
    exchange: TushareServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    exchange.rows[4] = row("20260109", 104.5, vol=30.04)
    extended = dataset(tmp_path).load()
    assert len(extended.attrs["revisions"]) == 4
    assert extended["close"].iloc[4] == 104.5
    assert extended.attrs["revisions"][-1] == {
        "date": "2026-01-09",
        "column": "close",
        "old": 104.0,
        "new": 104.5,
    }
    [warning] = [entry.getMessage() for entry in caplog.records if entry.levelname == "WARNING"]
    assert "4 values" in warning
    assert "open of 2026-01-09 from 103.0 to 103.5" in warning


def test_no_end_date_means_today_in_china(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.fromisoformat("2026-01-12T20:00:00+00:00").astimezone(tz)

    monkeypatch.setattr(provider_bars, "datetime", Clock)
    dataset(tmp_path, end_date=None).load()
    assert exchange.spans == [("20260108", "20260113")]


def test_the_environment_variable_goes_first(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUSHARE_TOKEN", f" {TOKEN}\n")
    assert len(dataset(tmp_path, credentials={"token": "old"}).load()) == 7
    assert exchange.requests[0]["token"] == TOKEN


def test_dates_from_yaml_may_be_dates(
    tmp_path: Path, snapshot: Path, exchange: TushareServer
) -> None:
    bars = dataset(tmp_path, start_date=date(2026, 1, 5), end_date=date(2026, 1, 12)).load()
    assert bars["date"].iloc[-1] == pd.Timestamp("2026-01-12")


def test_it_exists_where_a_local_file_does(tmp_path: Path, bars: pd.DataFrame) -> None:
    source = dataset(tmp_path)
    assert not source.exists()
    save(tmp_path, bars)
    assert source.exists()
