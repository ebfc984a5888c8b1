import datetime

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.drift_errors import (
    coverage_bounds,
    error_figures,
    judge_errors,
    lower_error,
    validation_record,
)
from tests.evaluation.drift_frames import RECORD, forecasts

DRAWS = {"resamples": 199, "block_days": 10, "seed": 0}


def test_errors_are_counted_in_points_and_in_mean_ranges():
    frame = pd.DataFrame(
        {
            "actual": [100.0, 100.0],
            "forecast": [103.0, 96.0],
            "persistence": [110.0, 90.0],
            "close_naive": [100.0, 95.0],
        }
    )
    figures = error_figures(frame, [1.0, 2.0])
    assert figures == {
        "days": 2.0,
        "rmse": pytest.approx(np.sqrt(12.5)),
        "mae": 3.5,
        "scaled_rmse": pytest.approx(np.sqrt(6.5)),  # 3 and 2 mean ranges
        "scaled_mae": 2.5,
        "skill_vs_persistence": pytest.approx(1 - np.sqrt(12.5) / 10),
        "skill_vs_close_naive": 0.0,
    }


def test_the_record_is_of_the_days_before_the_test_alone():
    frame = forecasts(300)
    boundary = frame["date"].iloc[200]
    record = validation_record(frame, frame["scale"], before=boundary.date(), coverage=0.9)
    later = frame.copy()
    later.loc[later["date"] >= boundary, ["actual", "forecast", "scale"]] *= 7.0
    again = validation_record(later, later["scale"], before=boundary.date(), coverage=0.9)
    assert again == record
    assert (record["days"], record["until"]) == (200, f"{frame['date'].iloc[199]:%Y-%m-%d}")
    scores = np.sort((frame["actual"] - frame["forecast"]).abs()[:200] / 40.0)
    assert record["half_width"] == scores[180]  # the 181st of 200: ceil(201 · 0.9)


def test_too_short_a_validation_is_named():
    frame = forecasts(99)
    with pytest.raises(SettingError, match="need 100 past forecasts, and there are 99"):
        validation_record(frame, frame["scale"], before=datetime.date(2030, 1, 1), coverage=0.9)


def test_bounds_of_a_coverage_are_those_of_clopper_and_pearson():
    low, high = coverage_bounds(220, 250, 0.05)
    assert low == pytest.approx(beta.ppf(0.05, 220, 31))
    assert high == pytest.approx(beta.ppf(0.95, 221, 30))


def test_a_single_day_of_panic_moves_the_error_and_not_its_bound():
    calm = np.abs(np.random.default_rng(0).normal(scale=0.5, size=250))
    panic = calm.copy()
    panic[100] = 8.0
    bounds = [lower_error(scores, level=0.05, **DRAWS) for scores in (calm, panic)]
    errors = [np.sqrt(np.mean(scores**2)) for scores in (calm, panic)]
    assert errors[1] > 1.3 * errors[0]
    assert bounds[1] < 1.1 * bounds[0] < 1.1 * errors[0]


def test_new_days_are_judged_by_the_validation():
    recent = forecasts(120, error=40.0)
    found = judge_errors(recent, RECORD, level=0.05, **DRAWS)
    scaled = (recent["actual"] - recent["forecast"]) / 40.0
    assert found["error_ratio"] == pytest.approx(np.sqrt(np.mean(scaled**2)) / 0.5)
    assert 1.0 < found["error_ratio_low"] < found["error_ratio"]
    assert found["coverage"] == pytest.approx((scaled.abs() <= 0.8).mean())
    assert found["coverage_low"] < found["coverage"] < found["coverage_high"] < 0.9
    assert found["skill_vs_close_naive"] < 0.0
