from datetime import date

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.forecasts import forecast_frame, with_interval


@pytest.fixture
def references() -> pd.DataFrame:
    days = pd.date_range("2020-01-01", periods=150)
    level = np.arange(150.0)
    return pd.DataFrame({"date": days, "actual": level, "persistence": level - 1.0})


def test_the_forecast_is_the_mean_of_the_seeds_beside_the_references_of_its_day(references):
    dates = references["date"].to_numpy()[[3, 4]]
    frame = forecast_frame(references, dates, np.array([[1.0, 2.0], [3.0, 6.0]]), seeds=[7, 9])
    assert frame["forecast"].tolist() == [2.0, 4.0]
    assert frame["seed_7"].tolist() == [1.0, 2.0]
    assert frame["seed_9"].tolist() == [3.0, 6.0]
    assert frame["actual"].tolist() == [3.0, 4.0]
    assert frame["persistence"].tolist() == [2.0, 3.0]


def test_the_interval_starts_with_the_test_and_is_as_wide_as_past_errors(references):
    dates = references["date"].to_numpy()
    per_seed = references["actual"].to_numpy()[None] + 2.0  # always two points too high
    frame = forecast_frame(references, dates, per_seed, seeds=[0])
    start = date(2020, 4, 30)
    banded = with_interval(frame, np.ones(150), test_start=start, coverage=0.9, window=100)
    before = banded["date"] < pd.Timestamp(start)
    assert banded.loc[before, ["lower", "upper"]].isna().all(axis=None)
    assert (banded["upper"] - banded["lower"])[~before].tolist() == [4.0] * 30
