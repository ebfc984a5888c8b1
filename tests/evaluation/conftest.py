from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.frames.features import daily_features
from dl_pipelines.frames.parsing import parse_daily_bars
from tests.evaluation.optimizer_frames import (  # noqa: F401 - fixtures
    lost_losses,
    lost_ranking,
    optimizer_losses,
    optimizer_times,
    optimizer_trials,
    ranked_optimizers,
)
from tests.evaluation.tag_frames import (  # noqa: F401 - fixtures
    book_tokens,
    tagged,
    tagged_test,
    two_seeds,
)

SNAPSHOT = Path(__file__).parents[2] / "data" / "01_raw" / "csi300_daily.csv"


@pytest.fixture(scope="session")
def snapshot_features() -> pd.DataFrame:
    """Features of the embedded snapshot."""
    text = pd.read_csv(SNAPSHOT, dtype="str", encoding="utf-8-sig")
    return daily_features(parse_daily_bars(text))


@pytest.fixture(scope="session")
def short_features(snapshot_features) -> pd.DataFrame:
    """The first 330 rows of them."""
    return snapshot_features[:330]


@pytest.fixture
def forecasts() -> pd.DataFrame:
    """Five days: one before the test, two in 2024 and two in 2025."""
    return pd.DataFrame(
        {
            "date": pd.to_datetime(
                ["2024-12-27", "2024-12-30", "2024-12-31", "2025-01-02", "2025-01-03"]
            ),
            "actual": [90.0, 100.0, 110.0, 105.0, 120.0],
            "persistence": [80.0, 90.0, 100.0, 110.0, 105.0],
            "close": [85.0, 95.0, 104.0, 100.0, 110.0],
            "close_naive": [90.0, 98.0, 107.0, 103.0, 112.0],
            "har_ridge": [91.0, 99.0, 108.0, 104.0, 116.0],
            "seed_0": [0.0, 102.0, 106.0, 108.0, 118.0],
            "seed_1": [0.0, 98.0, 110.0, 104.0, 114.0],
            "forecast": [0.0, 100.0, 108.0, 106.0, 116.0],
            "lower": [np.nan, 95.0, 103.0, 106.0, 111.0],
            "upper": [np.nan, 105.0, 113.0, 116.0, 121.0],
        }
    )


@pytest.fixture
def by_split() -> dict[str, pd.DataFrame]:
    """House-price models on three splits; dropout has several seeds."""
    errors = {
        "plain": [3.0, 3.2, 3.1],
        "dropout": [2.8, 2.7, 2.9],
        "ridge": [4.5, 4.6, 4.7],
        "boosting": [3.3, 3.1, 3.2],
    }
    models = {
        model: pd.DataFrame({"split": [0, 1, 2], "rows": 10, "rmse": values, "mae": 2.0, "r2": 0.8})
        for model, values in errors.items()
    }
    models["dropout"]["ensemble_rmse"] = [2.4, 2.6, 2.7]
    return models
