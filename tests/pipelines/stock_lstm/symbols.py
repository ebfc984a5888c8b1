"""A small universe of synthetic symbols, as the user's own CSV files."""

from pathlib import Path

import numpy as np
import pandas as pd

from dl_pipelines.frames.calendar import trading_sessions

DAYS = trading_sessions(pd.Timestamp("2017-06-01"), pd.Timestamp("2019-12-31"))
TEST_START = "2019-01-02"
QUICK_UNIVERSE = {
    "compute": {"device": "cpu", "backend": "sequential"},
    "stock_lstm": {
        "universe": {
            "holdout": {"test_start": TEST_START, "end": None},
            "training": {"epochs": 1, "batch_size": 256},
            "forecaster": {"network": {"hidden": 4}},
        }
    },
}


def bars(seed: int, days: int = len(DAYS)) -> pd.DataFrame:
    """The first so many days of one symbol."""
    random = np.random.default_rng(seed)
    close = (10.0 + seed) * np.exp(np.cumsum(random.normal(0.0, 0.01 + 0.002 * seed, len(DAYS))))
    opened = np.concatenate([close[:1], close[:-1]])
    frame = pd.DataFrame(
        {
            "date": DAYS.strftime("%Y-%m-%d"),
            "open": opened,
            "high": np.maximum(opened, close) * (1.0 + random.uniform(0.0, 0.02, len(DAYS))),
            "low": np.minimum(opened, close) * (1.0 - random.uniform(0.0, 0.02, len(DAYS))),
            "close": close,
            "volume": random.integers(1000, 9000, len(DAYS)) * 100,
        }
    )
    return frame.head(days)


def write_bars(folder: Path, **symbols: pd.DataFrame) -> None:
    """Write symbols such as `600001=frame` as the user's own files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in symbols.items():
        frame.to_csv(folder / f"{name.removeprefix('s')}.SH.csv", index=False)
