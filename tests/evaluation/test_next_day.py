"""The forecast of the next day: interval, frame, numbers and words."""

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.next_day import (
    next_calibration,
    next_day_metrics,
    next_forecast,
    with_rolling_interval,
)
from dl_pipelines.evaluation.next_day_verdict import next_day_verdict

STORED = {
    "coverage": 0.9,
    "window": 120,
    "quantile": 0.5,
    "days": 120,
    "from": "2023-01-02",
    "until": "2023-12-29",
}
CHAMPION = {"model": "stock_lstm", "model_version": 4, "learnt_until": "2023-12-29"}
TOLD = {"date": "2024-07-01", "model_version": 4, "data_until": "2024-06-28"}


def past(days: int) -> pd.DataFrame:
    """Forecasts that are two points wrong, in units of four."""
    actual = 4000.0 + 10.0 * np.arange(days)
    return pd.DataFrame(
        {
            "date": pd.bdate_range("2024-01-01", periods=days),
            "actual": actual,
            "persistence": actual - 10.0,
            "forecast": actual + 2.0,
            "scale": 4.0,
        }
    )


def test_intervals_of_the_past_begin_when_there_are_enough_days():
    banded = with_rolling_interval(past(130), coverage=0.9, window=120)
    assert banded["lower"].isna().sum() == 100
    width = (banded["upper"] - banded["lower"]).iloc[100:]
    assert width.tolist() == pytest.approx([4.0] * 30)
    assert with_rolling_interval(past(100), coverage=0.9, window=120)["upper"].isna().all()


def test_days_that_the_champion_has_not_learnt_calibrate_where_they_are_enough():
    until = pd.Timestamp("2024-06-28")
    own = next_calibration(past(130), STORED, data_until=until)
    assert (own["quantile"], own["days"]) == (0.5, 120)
    assert own["from"] == f"{past(130)['date'].iloc[10]:%Y-%m-%d}"
    assert next_calibration(past(99), STORED, data_until=until) == STORED


@pytest.mark.parametrize(
    ("known", "until", "possible"),
    [
        (3, "2023-12-28", "2023-12-29"),  # when the stored one is allowed
        (97, "2023-12-22", "2023-12-27"),  # three trading days later
    ],
)
def test_a_calibration_that_knows_later_days_is_refused(known, until, possible):
    sentence = (
        rf"only {known} days up to {until} .+ 'stock_forecast.as_of' to {possible} or a later"
    )
    with pytest.raises(SettingError, match=sentence):
        next_calibration(past(known), STORED, data_until=pd.Timestamp(until))


def test_the_frame_has_exactly_these_columns():
    frame = next_forecast(4700.0, 40.0, STORED, **TOLD)
    (row,) = frame.to_dict("records")
    assert row == {
        "date": "2024-07-01",
        "forecast": 4700.0,
        "lower_90": 4680.0,
        "upper_90": 4720.0,
        "model_version": 4,
        "data_until": "2024-06-28",
    }
    assert frame.columns.tolist() == [*row]


def test_numbers_tell_of_the_past_what_there_is():
    forecast = next_forecast(4700.0, 40.0, STORED, **TOLD)
    known = with_rolling_interval(past(130), coverage=0.9, window=120)
    metrics = next_day_metrics(forecast, known, STORED)
    assert (metrics["lower"], metrics["width"], metrics["model_version"]) == (4680.0, 40.0, 4.0)
    assert metrics["past.rmse"] == pytest.approx(2.0)
    assert metrics["past.skill_vs_persistence"] == pytest.approx(0.8)
    assert metrics["past.interval_coverage"] == 1.0
    none = next_day_metrics(
        forecast, with_rolling_interval(past(0), coverage=0.9, window=120), STORED
    )
    assert none["past.days"] == 0.0
    assert not {name for name in none if name.startswith("past.")} - {"past.days"}


def test_words_name_day_model_and_what_the_interval_rests_on():
    forecast = next_forecast(4700.0, 40.0, STORED, **TOLD)
    known = with_rolling_interval(past(130), coverage=0.9, window=120)
    verdict = next_day_verdict(forecast, known, STORED, CHAMPION)
    assert "The high of 2024-07-01 is forecast at 4,700.0 points" in verdict
    assert "between 4,680.0 and 4,720.0: by version 4 of stock_lstm" in verdict
    assert "120 days from 2023-01-02 to 2023-12-29" in verdict
    assert "On the 30 days before that had one" in verdict
    short = next_day_verdict(forecast, known.head(20), STORED, CHAMPION)
    assert "before that had one" not in short
