import json
from math import log

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.frames.cleaning import clean_daily_bars
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.frames.quality import quality_report


@pytest.fixture
def sessions() -> pd.DatetimeIndex:
    """The text's days without the second and with one that it lacks."""
    return pd.DatetimeIndex(["2006-01-06", "2006-01-10", "2006-01-11", "2006-01-12"])


def test_the_report_counts_gaps_and_is_json(text, sessions):
    clean = clean_daily_bars(parse_daily_bars(text), sessions)
    report = quality_report(text, clean, sessions)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert (report["source"], report["rows"]) == ("bars.csv", 3)
    assert (report["first_date"], report["last_date"]) == ("2006-01-06", "2006-01-11")
    assert (report["missing_count"], report["missing_days"]) == (1, ["2006-01-12"])
    assert (report["surplus_count"], report["surplus_days"]) == (1, ["2006-01-09"])
    assert report["columns"]["high"] == {"min": 975.6, "max": 983.4, "nulls": 0}


def test_the_largest_returns_come_first(text, sessions):
    report = quality_report(text, parse_daily_bars(text), sessions)
    largest = report["largest_returns"]
    assert [row["date"] for row in largest] == ["2006-01-09", "2006-01-11", "2006-01-10"]
    assert largest[1]["log_return_percent"] == pytest.approx(100 * log(973.5 / 978.2), abs=1e-4)


def test_what_the_source_did_is_reported(bars):
    revision = {"date": "2024-01-02", "column": "close", "old": 1.0, "new": 2.0}
    bars.attrs |= {
        "source": "tushare 000300.SH",
        "duplicates_removed": 2,
        "rows_added": 3,
        "revisions": [revision],
    }
    report = quality_report(bars, bars, pd.DatetimeIndex(bars["date"]))
    assert report["source"] == "tushare 000300.SH"
    assert (report["duplicates_removed"], report["rows_added"]) == (2, 3)
    assert report["revisions"] == [revision]


def test_an_empty_column_has_no_extremes(bars):
    report = quality_report(bars, bars.assign(amount=np.nan), pd.DatetimeIndex(bars["date"]))
    assert report["columns"]["amount"] == {"min": None, "max": None, "nulls": 30}
