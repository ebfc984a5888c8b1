"""What runs every evening finds the day's bar, and refuses to go without it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from omegaconf import OmegaConf

from dl_pipelines.frames.newest import last_closed
from dl_pipelines.params.newest import NewestBars

CONF = Path(__file__).parents[1] / "conf/base"
DAY = pd.Timestamp("2025-12-30")  # a Tuesday on which Shanghai was open
BARS_ARE_THERE = DAY + pd.Timedelta(hours=19)  # of indices at tushare, see docs/data.md


def configured(file: str) -> Any:
    return OmegaConf.to_container(OmegaConf.load(CONF / file))


@pytest.mark.parametrize("pipeline", ["stock_monitor", "stock_forecast"])
def test_the_evenings_run_comes_when_the_days_bar_has_to_be_there(pipeline):
    minute, hour, *_ = configured("airflow.yml")["stock_monitor"]["schedule"].split()
    starts = DAY + pd.Timedelta(hours=int(hour), minutes=int(minute))
    delay = timedelta(hours=configured(f"parameters_{pipeline}.yml")[pipeline]["delay_hours"])

    assert last_closed(BARS_ARE_THERE, delay) < DAY  # till then, that of the day before will do
    assert last_closed(starts, delay) == DAY
    assert delay == timedelta(hours=NewestBars().delay_hours)
