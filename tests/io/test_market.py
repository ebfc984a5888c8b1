"""Datasets of files; a kill or a full disk while a table is written."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from kedro.io import DataCatalog, DatasetError

from dl_pipelines.errors import DataError
from dl_pipelines.io.bars_files import read_table
from dl_pipelines.io.market import MarketCsvDataset

StartChild = Callable[[str], "subprocess.Popen[str]"]

WRITER = """
import resource
import pandas as pd
from pathlib import Path
from dl_pipelines.errors import DataError
from dl_pipelines.io.bars_files import write_table

def table(close, rows):
    bars = pd.DataFrame({"date": pd.date_range("2000-01-01", periods=rows), "close": close})
    return bars.assign(open=close, high=close, low=close, volume=0.0)

"""


def test_a_csv_is_loaded_as_text_and_never_written(snapshot: Path) -> None:
    dataset = MarketCsvDataset(str(snapshot), "600519.SH", metadata={"mlflow": "input"})
    assert dataset.exists()
    text = dataset.load()
    assert text["close"].tolist() == ["100.0", "101.0", "102.0", "103.0", "104.0"]
    assert text.attrs == {
        "file": str(snapshot),
        "source": "snapshot.csv",
        "ts_code": "600519.SH",
    }
    assert dataset.metadata == {"mlflow": "input"}
    assert "snapshot.csv" in repr(dataset)
    before = snapshot.read_bytes()
    with pytest.raises(DatasetError, match="never written"):
        dataset.save(pd.DataFrame())
    assert snapshot.read_bytes() == before


def test_a_broken_csv_keeps_its_sentence_behind_kedros_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        MarketCsvDataset(str(tmp_path / "none.csv")).load()
    assert isinstance(caught.value.__cause__, DataError)


def test_datasets_are_made_from_a_catalog(tmp_path: Path, bars: pd.DataFrame) -> None:
    kind = "dl_pipelines.io.market"
    catalog = DataCatalog.from_config(
        {
            "csv": {"type": f"{kind}.MarketCsvDataset", "filepath": str(tmp_path / "a.csv")},
            "table": {
                "type": f"{kind}.MarketTableDataset",
                "filepath": str(tmp_path / "a.parquet"),
            },
            "api": {
                "type": "dl_pipelines.io.provider_bars.ProviderBarsDataset",
                "provider": "tushare",
                "table": {"filepath": str(tmp_path / "a.parquet")},
                "ts_code": "000300.SH",
                "start_date": "2026-01-05",
                "end_date": "2026-01-09",
                "credentials": "tushare",
            },
        },
        credentials={"tushare": {"token": "53cret"}},
    )
    assert not catalog.exists("table")
    catalog.save("table", bars)
    assert catalog.exists("table")
    pd.testing.assert_frame_equal(catalog.load("table"), bars)
    pd.testing.assert_frame_equal(catalog.load("api"), bars)
    assert "53cret" not in repr(catalog)


def test_a_kill_leaves_the_old_table_or_the_new(tmp_path: Path, start_child: StartChild) -> None:
    path = tmp_path / "table.parquet"
    loop = (
        f"for i in range(10**6):\n    write_table(table(float(i + 1), 20_000), Path({str(path)!r}))"
    )
    for delay in (0.0, 0.013, 0.027):
        child = start_child(WRITER + loop)
        try:
            deadline = time.monotonic() + 30
            written = path.stat().st_mtime_ns if path.exists() else 0
            while not path.exists() or path.stat().st_mtime_ns == written:
                assert child.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.001)
            time.sleep(delay)
        finally:
            child.send_signal(signal.SIGKILL)
            child.communicate()
        assert child.returncode == -signal.SIGKILL
        bars = read_table(path)
        assert len(bars) == 20_000
        assert bars["close"].nunique() == 1


def test_a_full_disk_leaves_the_old_table(tmp_path: Path, start_child: StartChild) -> None:
    path = tmp_path / "table.parquet"
    child = start_child(
        WRITER
        + f"""
path = Path({str(path)!r})
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
write_table(table(2.0, 5), path)  # small enough: it is the limit that stops the next one
try:
    write_table(table(3.0, 50_000), path)
except DataError as error:
    print(error)
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
"""
    )
    output, _ = child.communicate(timeout=60)
    assert output.startswith(f"{path} could not be written (File too large); the file is as it was")
    assert read_table(path)["close"].tolist() == [2.0] * 5
    assert [file.name for file in tmp_path.iterdir()] == ["table.parquet"]
