from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SNAPSHOT = Path(__file__).parents[2] / "data" / "01_raw" / "csi300_daily.csv"


@pytest.fixture
def text() -> pd.DataFrame:
    """Four days as a CSV file's text."""
    frame = pd.DataFrame(
        {
            "date": ["2006-01-06", "2006-01-09", "2006-01-10", "2006-01-11"],
            "open": ["961.9", "971.1", "975.3", "977.6"],
            "high": ["975.6", "976.3", "978.3", "983.4"],
            "low": ["956.0", "966.1", "964.4", "963.4"],
            "close": ["970.0", "975.3", "978.2", "973.5"],
            "volume": ["3028636800", "2432955200", "2273530200", "2652413800"],
        }
    )
    frame.attrs["file"] = "bars.csv"
    return frame


@pytest.fixture
def bars() -> pd.DataFrame:
    """Thirty typed days of a random walk."""
    random = np.random.default_rng(0)
    close = 1000.0 * np.exp(np.cumsum(random.normal(0.0, 0.01, 30)))
    frame = pd.DataFrame(
        {
            "date": pd.bdate_range("2024-01-01", periods=30),
            "open": close * 1.001,
            "high": close * np.exp(random.uniform(0.002, 0.02, 30)),
            "low": close * np.exp(-random.uniform(0.0, 0.02, 30)),
            "close": close,
            "volume": random.uniform(1e9, 2e9, 30),
        }
    )
    frame.attrs["file"] = "table.parquet"
    return frame


@pytest.fixture(scope="session")
def snapshot() -> pd.DataFrame:
    """The text of the embedded snapshot."""
    frame = pd.read_csv(SNAPSHOT, dtype="str", encoding="utf-8-sig")
    frame.attrs["file"] = "csi300_daily.csv"
    return frame
