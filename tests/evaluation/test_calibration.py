import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.calibration import calibrate, interval_columns
from dl_pipelines.evaluation.conformal import rolling_interval


@pytest.fixture
def forecasts() -> pd.DataFrame:
    random = np.random.default_rng(1)
    actual, forecast = random.normal(4000.0, 30.0, size=(2, 301))
    days = pd.bdate_range("2024-01-01", periods=301)
    scale = random.uniform(20.0, 60.0, 301)
    return pd.DataFrame({"date": days, "actual": actual, "forecast": forecast, "scale": scale})


@pytest.mark.parametrize("window", [150, 1000])
def test_the_next_day_gets_the_interval_that_rolls_on(forecasts, window):
    known, coming = forecasts.iloc[:-1], forecasts.iloc[-1]
    calibration = calibrate(known, known["scale"], coverage=0.8, window=window)
    columns = (forecasts[name] for name in ("actual", "forecast", "scale"))
    _, upper = rolling_interval(*columns, coverage=0.8, window=window, start=300)
    half = calibration["quantile"] * coming["scale"]
    assert coming["forecast"] + half == pytest.approx(upper[-1], rel=1e-12)
    used = min(window, 300)
    assert calibration["days"] == used
    assert calibration["from"] == f"{known['date'].iloc[-used]:%Y-%m-%d}"
    assert calibration["until"] == f"{known['date'].iloc[-1]:%Y-%m-%d}"


def test_too_few_days_are_counted(forecasts):
    few = forecasts.head(99)
    with pytest.raises(SettingError, match="need 100 past forecasts, and there are 99"):
        calibrate(few, few["scale"], coverage=0.9, window=500)


@pytest.mark.parametrize(("coverage", "name"), [(0.9, "lower_90"), (0.975, "lower_97.5")])
def test_bounds_are_called_by_their_coverage(coverage, name):
    lower, upper = interval_columns(coverage)
    assert (lower, upper) == (name, name.replace("lower", "upper"))
