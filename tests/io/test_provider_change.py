"""A table that another provider goes on with."""

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import SettingError
from dl_pipelines.io.origins import is_of_another, joined_origins
from tests.io.test_checked_bars import listing
from tests.io.test_provider_bars import dataset, save
from tests.sources.baostock_server import BARS, BaostockServer
from tests.sources.server import TushareServer, row


@pytest.fixture
def table(tmp_path: Path, exchange: TushareServer) -> pd.DataFrame:
    """A week of tushare's bars, saved."""
    bars = dataset(tmp_path, snapshot=None, end_date="2026-01-09").load()
    save(tmp_path, bars)
    return bars


def next_week(bars: pd.DataFrame) -> list[dict[str, str]]:
    """The same bars as baostock sends them, and two days more."""
    later = bars.iloc[:2].assign(date=pd.to_datetime(["2026-01-12", "2026-01-13"]))
    columns = [name for name in bars if name != "amount"]
    return listing(pd.concat([bars, later])[columns])


def go_on(folder: Path, **options: Any) -> pd.DataFrame:
    settings = {"provider": "baostock", "snapshot": None, "credentials": None}
    return dataset(folder, **settings | options).load()


def test_another_provider_adds_days_and_its_name(
    tmp_path: Path, table: pd.DataFrame, baostock_server: BaostockServer
) -> None:
    baostock_server.bars["sh.000300"] = next_week(table)
    bars = go_on(tmp_path)
    pd.testing.assert_frame_equal(bars.iloc[:5], table, check_freq=False)
    assert bars["date"].dt.day.tolist() == [5, 6, 7, 8, 9, 12, 13]
    assert bars.attrs["source"] == "tushare 000300.SH + baostock 000300.SH"
    assert bars.attrs["provider_differences"] == bars.attrs["revisions"] == []
    [asked] = baostock_server.asked(BARS)
    assert asked[6:8] == ["2026-01-08", "2026-01-13"]


def test_values_that_differ_stay_and_are_reported(
    tmp_path: Path,
    table: pd.DataFrame,
    baostock_server: BaostockServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    baostock_server.bars["sh.000300"] = next_week(table)
    baostock_server.bars["sh.000300"][4]["close"] = "104.05"
    bars = go_on(tmp_path)
    assert bars["close"].iloc[4] == 104.0
    assert bars.attrs["revisions"] == []
    [difference] = bars.attrs["provider_differences"]
    assert (difference["date"], difference["column"]) == ("2026-01-09", "close")
    assert (difference["source"], difference["value"]) == ("tushare 000300.SH", 104.0)
    assert (difference["other_source"], difference["other_value"]) == ("baostock 000300.SH", 104.05)
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "close of 2026-01-09: 104.0 and 104.05" in warning.getMessage()


def test_a_provider_that_goes_on_with_its_own_bars_may_revise_them(
    tmp_path: Path, table: pd.DataFrame, baostock_server: BaostockServer
) -> None:
    baostock_server.bars["sh.000300"] = next_week(table)
    save(tmp_path, go_on(tmp_path, end_date="2026-01-12"))
    baostock_server.bars["sh.000300"][5]["close"] = "100.5"
    bars = go_on(tmp_path)
    assert [each["new"] for each in bars.attrs["revisions"]] == [100.5]
    assert bars.attrs["provider_differences"] == []
    assert bars["close"].iloc[5] == 100.5


def test_the_first_provider_may_come_back(
    tmp_path: Path, table: pd.DataFrame, baostock_server: BaostockServer, exchange: TushareServer
) -> None:
    baostock_server.bars["sh.000300"] = next_week(table)
    save(tmp_path, go_on(tmp_path, end_date="2026-01-12"))
    exchange.rows = [row("20260109", 104.0), row("20260112", 100.0), row("20260113", 100.0)]
    bars = dataset(tmp_path, snapshot=None).load()
    assert bars.attrs["source"] == "baostock 000300.SH + tushare 000300.SH"
    assert len(bars) == 7


def test_another_symbols_bars_are_refused(
    tmp_path: Path, table: pd.DataFrame, baostock_server: BaostockServer
) -> None:
    baostock_server.bars["sh.000300"] = next_week(table.assign(**_tripled(table)))
    with pytest.raises(DatasetError) as caught:
        go_on(tmp_path)
    assert isinstance(caught.value.__cause__, SettingError)
    assert "and baostock 000300.SH 312.0: the table or snapshot belongs to another ts_code" in str(
        caught.value.__cause__
    )


def _tripled(bars: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: bars[name] * 3 for name in ("open", "high", "low", "close")}


def test_an_unknown_provider_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="no provider 'wind'"):
        dataset(tmp_path, provider="wind")


def test_origins_are_named_once_with_the_newest_last() -> None:
    assert joined_origins([], "tushare 1") == "tushare 1"
    assert joined_origins(["a.csv"], None) == "a.csv"
    both = ["a.csv", "tushare 1", "baostock 1"]
    assert joined_origins(both, "tushare 1") == "a.csv + baostock 1 + tushare 1"
    assert joined_origins(both, None) == "a.csv + tushare 1 + baostock 1"


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ([], False),
        (["a.csv"], False),
        (["a.csv", "tushare 1"], False),
        (["tushare 1", "baostock 1"], True),
        (["baostock 1", "tushare 1"], False),
    ],
)
def test_a_file_is_no_other_provider(origins: list[str], *, expected: bool) -> None:
    assert is_of_another(origins, "tushare") is expected
