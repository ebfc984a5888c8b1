"""Nodes of all pipelines that begin with daily bars."""

from typing import Any

import pandas as pd

from dl_pipelines.frames.calendar import trading_sessions
from dl_pipelines.frames.cleaning import clean_daily_bars
from dl_pipelines.frames.features import daily_features
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.frames.quality import quality_report
from dl_pipelines.frames.schemas import check_daily_bars


def ingest_bars(daily_bars_source: pd.DataFrame) -> pd.DataFrame:
    """Check the bars of a file or of the provider before they become the raw table."""
    return check_daily_bars(parse_daily_bars(daily_bars_source))


def clean_bars(daily_bars_raw: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Keep the exchange's trading days, and report on the data's quality."""
    sessions = trading_sessions(*daily_bars_raw["date"].iloc[[0, -1]])
    bars = clean_daily_bars(daily_bars_raw, sessions)
    return bars, quality_report(daily_bars_raw, bars, sessions)


def build_features(daily_bars: pd.DataFrame) -> pd.DataFrame:
    """Compute the features known at each close, and the next day's high."""
    return daily_features(daily_bars)
