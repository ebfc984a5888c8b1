"""Files of daily bars: what is read, and what is said of broken ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.io.bars_files import (
    read_local_bars,
    read_snapshot,
    read_table,
    write_table,
)

SNAPSHOT = Path(__file__).parents[2] / "data/01_raw/csi300_daily.csv"


def test_the_embedded_snapshot_is_whole() -> None:
    bars = read_snapshot(SNAPSHOT)
    assert len(bars) == 4857
    assert (bars["date"].iloc[0], bars["date"].iloc[-1]) == (
        pd.Timestamp("2006-01-06"),
        pd.Timestamp("2025-12-31"),
    )
    last = bars.iloc[-1]
    assert last[["open", "high", "low", "close", "volume"]].tolist() == [
        4656.48,
        4667.0467,
        4622.0988,
        4629.9395,
        17076022400,
    ]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("103.0", "1o3", "no number or ISO date"),
        ("103.0", "", "no number or ISO date"),
        ("2026-01-08", "8.1.2026", "no number or ISO date"),
        ("volume", "vol", "lacks the column volume"),
    ],
)
def test_a_snapshot_is_read_strictly(snapshot: Path, old: str, new: str, finding: str) -> None:
    snapshot.write_text(snapshot.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(DataError, match=rf"snapshot\.csv.* {finding}"):
        read_snapshot(snapshot)


def test_a_snapshot_without_rows_is_refused(snapshot: Path) -> None:
    snapshot.write_text("date,open,high,low,close,volume\n")
    with pytest.raises(DataError, match=r"snapshot\.csv has no rows"):
        read_snapshot(snapshot)


def test_a_table_keeps_bars_and_attrs(tmp_path: Path, bars: pd.DataFrame) -> None:
    bars.attrs = {"file": "elsewhere", "source": "tushare", "revisions": [{"old": 1.0}]}
    path = tmp_path / "new" / "bars.parquet"
    write_table(bars, path)
    read = read_table(path)
    pd.testing.assert_frame_equal(read, bars)
    assert read.attrs == {"file": str(path), "source": "tushare", "revisions": [{"old": 1.0}]}
    assert bars.attrs["file"] == "elsewhere"


def test_equal_bars_give_equal_bytes(tmp_path: Path, bars: pd.DataFrame) -> None:
    write_table(bars, tmp_path / "a.parquet")
    write_table(bars.copy(), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@given(share=st.floats(0.0, 0.999))
def test_a_truncated_table_is_refused(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.parquet"
    whole = _parquet_bytes(path)
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DataError, match=r"cut\.parquet is truncated .*delete it and run again"):
        read_table(path)


def _parquet_bytes(path: Path) -> bytes:
    day = pd.DataFrame({"date": [pd.Timestamp("2026-01-05")], "open": [1.0], "high": [1.0]})
    write_table(day.assign(low=1.0, close=1.0, volume=0.0), path)
    return path.read_bytes()


def test_a_missing_table_and_a_foreign_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.parquet does not exist"):
        read_table(tmp_path / "none.parquet")
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(DataError, match=r"x\.parquet lacks the column date, open"):
        read_table(tmp_path / "x.parquet")


@pytest.mark.parametrize(
    ("column", "change", "finding"),
    [
        ("date", lambda days: days.dt.strftime("%Y-%m-%d"), r"date holds \w+, no days"),
        ("date", lambda days: days.dt.tz_localize("UTC"), r"date holds datetime.*UTC\], no days"),
        ("date", lambda days: days.where(days.index > 0), "date has gaps"),
        (
            "date",
            lambda days: days.astype("datetime64[s]") + np.timedelta64(10**12, "s"),
            "date has",
        ),
        ("close", lambda prices: prices.astype(str), r"close holds \w+, no numbers"),
    ],
)
def test_a_table_of_other_columns_is_not_extended(
    tmp_path: Path,
    bars: pd.DataFrame,
    column: str,
    change: Callable[[pd.Series], pd.Series],
    finding: str,
) -> None:
    path = tmp_path / "bars.parquet"
    write_table(bars.assign(**{column: change(bars[column])}), path)
    with pytest.raises(DataError, match=rf"bars\.parquet: the column {finding}"):
        read_local_bars(path, None)
