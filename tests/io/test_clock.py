"""The machine's clock, and what the table of bars makes of one that is wrong."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import user_error
from dl_pipelines.io import provider_bars
from dl_pipelines.io.clock import ClockDataset
from tests.io.test_provider_bars import dataset
from tests.sources.server import TushareServer


def test_it_tells_the_time_and_takes_none():
    before = pd.Timestamp.now(tz="UTC")
    assert before <= ClockDataset().load() <= pd.Timestamp.now(tz="UTC")
    with pytest.raises(DatasetError, match="never set"):
        ClockDataset().save(before)


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Let the table of bars believe that it is that moment."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.fromisoformat(moment).astimezone(tz)

    monkeypatch.setattr(provider_bars, "datetime", Clock)


def test_bars_of_days_after_today_stay(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, "2026-01-07T08:00:00+00:00")  # set back: the bars go to the 9th
    bars = dataset(tmp_path, end_date=None).load()
    assert f"{bars['date'].iloc[-1]:%Y-%m-%d}" == "2026-01-09"
    assert bars.attrs["rows_added"] == 0
    assert all(last <= "20260107" for _, last in exchange.spans)


def test_a_clock_before_all_bars_is_one_sentence(
    tmp_path: Path, snapshot: Path, exchange: TushareServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, "1970-01-01T08:00:00+00:00")  # as a clock without a battery has it
    with pytest.raises(DatasetError) as caught:
        dataset(tmp_path, end_date=None).load()
    sentence = str(user_error(caught.value))
    assert sentence.startswith("today, by the clock, is 1970-01-01, before start_date 2026-01-05")
    assert exchange.spans == []
