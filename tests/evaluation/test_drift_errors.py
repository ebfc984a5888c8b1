import datetime

import numpy as np
import pandas as pd
import pytest

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
    assert sorted(record["scores"]) == scores.tolist()
    assert record["half_width"] == scores[180]  # the 181st of 200: ceil(201 · 0.9)


def test_too_short_a_validation_is_named():
    frame = forecasts(99)
    with pytest.raises(SettingError, match="need 100 past forecasts, and there are 99"):
        validation_record(frame, frame["scale"], before=datetime.date(2030, 1, 1), coverage=0.9)


def bounds(scores: np.ndarray, validated: np.ndarray) -> tuple[float, float]:
    return coverage_bounds(scores, validated, coverage=0.9, level=0.05, **DRAWS)


def test_misses_that_come_in_clusters_and_a_short_validation_make_wide_bounds():
    random = np.random.default_rng(0)
    calm, validated = (np.abs(random.normal(size=days)) for days in (300, 2000))
    low, high = bounds(calm, validated)
    assert low < 0.9 < high
    clustered = bounds(np.sort(calm), validated)  # all misses in a row
    assert clustered[0] < low and clustered[1] > high
    short = bounds(calm, validated[:100])
    assert short[1] - short[0] > 1.2 * (high - low)
    assert bounds(2.0 * calm, validated)[1] < 0.9  # and errors twice as large are seen


def test_the_bounds_of_the_same_errors_seldom_exclude_what_is_meant():
    random = np.random.default_rng(0)
    alarms = [
        bounds(*(np.abs(random.normal(size=days)) for days in (120, 200)))[1] < 0.9
        for _ in range(40)
    ]
    assert sum(alarms) <= 5  # 2 expected of 5 %


def test_a_single_day_of_panic_moves_the_error_and_not_its_bound():
    calm = np.abs(np.random.default_rng(0).normal(scale=0.5, size=250))
    panic = calm.copy()
    panic[100] = 8.0
    lower = [lower_error(scores, level=0.05, **DRAWS) for scores in (calm, panic)]
    errors = [np.sqrt(np.mean(scores**2)) for scores in (calm, panic)]
    assert errors[1] > 1.3 * errors[0]
    assert lower[1] < 1.1 * lower[0] < 1.1 * errors[0]


def test_new_days_are_judged_by_the_validation():
    recent = forecasts(120, error=40.0)
    found = judge_errors(recent, RECORD, level=0.05, **DRAWS)
    scaled = (recent["actual"] - recent["forecast"]) / 40.0
    assert found["error_ratio"] == pytest.approx(np.sqrt(np.mean(scaled**2)) / 0.5)
    assert 1.0 < found["error_ratio_low"] < found["error_ratio"]
    assert found["coverage"] == pytest.approx((scaled.abs() <= 0.8).mean())
    assert found["coverage_low"] < found["coverage"] < found["coverage_high"] < 0.9
    assert found["skill_vs_close_naive"] < 0.0
