"""A provider that corrects what a table has."""

from pathlib import Path

import pytest
from kedro.io import DatasetError

from tests.io.test_provider_bars import dataset, save
from tests.sources.server import TushareServer, row


def scaled(rows: list[list], scale: float) -> list[list]:
    """The same bars by another adjustment factor."""
    return [[*each[:2], *(price * scale for price in each[2:6]), *each[6:]] for each in rows]


@pytest.mark.parametrize("scale", [1.005, 0.97])
def test_a_symbol_that_was_rescaled_is_asked_for_anew(
    tmp_path: Path, exchange: TushareServer, caplog: pytest.LogCaptureFixture, scale: float
) -> None:
    before = dataset(tmp_path, snapshot=None, end_date="2026-01-12").load()
    save(tmp_path, before)
    exchange.rows = scaled(exchange.rows, scale)
    exchange.requests.clear()
    after = dataset(tmp_path, snapshot=None).load()
    assert exchange.spans[0] == ("20260109", "20260113")
    assert exchange.spans[1] == ("20260105", "20260113")
    expected = [scale * close for close in (100, 101, 102, 103, 104, 105, 106)]
    assert after["close"].tolist() == pytest.approx(expected)
    assert after.attrs["source"] == "tushare 000300.SH" and after.attrs["rows_added"] == 1
    assert len(after.attrs["revisions"]) == 4 * len(before)
    assert f"tushare 000300.SH: all prices are now {scale} times" in caplog.text
    save(tmp_path, after)
    assert dataset(tmp_path, snapshot=None).load()["close"].tolist() == after["close"].tolist()


def test_prices_of_another_scale_never_go_on_a_file(
    tmp_path: Path, snapshot: Path, exchange: TushareServer
) -> None:
    exchange.rows = scaled(exchange.rows, 1.005)
    with pytest.raises(
        DatasetError, match=r"has all prices at 1\.005 times those of .*snapshot\.csv"
    ):
        dataset(tmp_path).load()


@pytest.mark.parametrize("quiet", [False, True])
def test_a_report_is_promised_where_there_is_one(
    tmp_path: Path,
    exchange: TushareServer,
    caplog: pytest.LogCaptureFixture,
    *,
    quiet: bool,
) -> None:
    save(tmp_path, dataset(tmp_path, snapshot=None, end_date="2026-01-12").load())
    exchange.rows[5] = row("20260112", 105.5)
    dataset(tmp_path, snapshot=None, quiet=quiet).load()
    assert "tushare 000300.SH: 4 values were revised" in caplog.text
    assert ("the data-quality report lists all" in caplog.text) != quiet
