"""What fails while the live API extends the table, and what stays untouched."""

import logging
import pickle
import traceback
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import DataError, DlPipelinesError, SettingError, SourceError
from tests.io.test_provider_bars import dataset, save
from tests.sources import server as wire
from tests.sources.server import TOKEN, TushareServer


def sentence(error: DatasetError) -> str:
    """What the project's session prints: the project's own error behind Kedro's."""
    assert isinstance(error.__cause__, DlPipelinesError)
    return str(error.__cause__)


@pytest.mark.parametrize("credentials", [None, {}, {"token": ""}])
def test_no_token_names_both_places(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, credentials: Any
) -> None:
    with pytest.raises(DatasetError) as caught:
        dataset(tmp_path, credentials=credentials).load()
    assert "TUSHARE_TOKEN" in sentence(caught.value)
    assert "conf/local/credentials.yml" in sentence(caught.value)
    assert exchange.requests == []


@pytest.mark.parametrize("fault", [wire.status(500), wire.cut, wire.refusal(wire.PERMISSION)])
def test_a_failure_leaves_the_table_and_hides_the_token(
    tmp_path: Path,
    exchange: TushareServer,
    bars: pd.DataFrame,
    caplog: pytest.LogCaptureFixture,
    fault: wire.Fault,
) -> None:
    caplog.set_level(logging.DEBUG)
    save(tmp_path, bars)
    before = (tmp_path / "table.parquet").read_bytes()
    exchange.always = fault
    source = dataset(tmp_path)
    with pytest.raises(DatasetError) as caught:
        source.load()
    assert isinstance(caught.value.__cause__, SourceError)
    assert [path.name for path in tmp_path.iterdir()] == ["table.parquet"]
    assert (tmp_path / "table.parquet").read_bytes() == before
    trace = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in trace + str(caught.value) + repr(source) + str(source) + caplog.text


def test_the_token_is_in_no_frame_or_file(
    tmp_path: Path, snapshot: Path, exchange: TushareServer
) -> None:
    extended = dataset(tmp_path).load()
    save(tmp_path, extended)
    assert TOKEN.encode() not in pickle.dumps(extended)
    for path in tmp_path.rglob("*"):
        assert TOKEN.encode() not in path.read_bytes()


def test_a_truncated_table_is_named(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, bars: pd.DataFrame
) -> None:
    save(tmp_path, bars)
    path = tmp_path / "table.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DatasetError) as caught:
        dataset(tmp_path).load()
    assert f"{path} is truncated" in sentence(caught.value)
    assert exchange.requests == []


@pytest.mark.parametrize(("rows", "day"), [([0, 2, 1], "2026-01-06"), ([0, 1, 1], "2026-01-06")])
def test_an_unsorted_snapshot_is_refused(
    tmp_path: Path, bars: pd.DataFrame, rows: list[int], day: str
) -> None:
    bars.iloc[rows].to_csv(tmp_path / "snapshot.csv", index=False)
    with pytest.raises(DatasetError) as caught:
        dataset(tmp_path).load()
    assert isinstance(caught.value.__cause__, DataError)
    assert f"snapshot.csv: {day} repeats or comes after" in sentence(caught.value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("start_date", "5.1.2026"), ("end_date", "2026-13-01"), ("overlap_days", 0)],
)
def test_a_senseless_setting_is_named(tmp_path: Path, setting: str, value: object) -> None:
    with pytest.raises(SettingError, match=setting):
        dataset(tmp_path, **{setting: value})


@pytest.mark.parametrize(
    ("range_", "parts"),
    [
        (("2026-01-08", "2026-01-07"), ["end_date is 2026-01-07", "start_date 2026-01-08"]),
        (("9999-12-31", None), ["start_date 9999-12-31"]),
        (("2025-12-01", "2026-01-04"), ["end_date is 2026-01-04", "snapshot.csv", "2026-01-05"]),
    ],
)
def test_an_end_before_the_beginning_is_refused(
    tmp_path: Path,
    snapshot: Path,
    exchange: TushareServer,
    range_: tuple[str, str | None],
    parts: list[str],
) -> None:
    start, end = range_
    with pytest.raises(DatasetError) as caught:
        dataset(tmp_path, start_date=start, end_date=end).load()
    assert isinstance(caught.value.__cause__, SettingError)
    for part in parts:
        assert part in sentence(caught.value)
    assert exchange.requests == []


def test_an_end_before_the_table_begins_is_refused(
    tmp_path: Path, exchange: TushareServer, bars: pd.DataFrame
) -> None:
    save(tmp_path, bars)
    with pytest.raises(DatasetError) as caught:
        dataset(tmp_path, start_date="2025-12-01", end_date="2026-01-02").load()
    assert "table.parquet begin on 2026-01-05" in sentence(caught.value)


def test_it_is_never_written(tmp_path: Path, bars: pd.DataFrame) -> None:
    with pytest.raises(DatasetError, match="never written"):
        dataset(tmp_path).save(bars)
