import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.metrics import (
    direction_accuracy,
    log_rmse,
    mae,
    mape,
    r2,
    rmse,
    skill,
)

ACTUAL = [100.0, 110.0, 120.0, 100.0]
FORECAST = [101.0, 108.0, 118.0, 104.0]


def test_golden_values():
    assert rmse(ACTUAL, FORECAST) == 2.5
    assert mae(ACTUAL, FORECAST) == 2.25
    assert mape(ACTUAL, FORECAST) == pytest.approx((1 / 100 + 2 / 110 + 2 / 120 + 4 / 100) / 4)
    assert skill(ACTUAL, FORECAST, [105.0, 105.0, 115.0, 105.0]) == 0.5
    assert r2(ACTUAL, FORECAST) == pytest.approx(1 - 25 / 275)
    assert log_rmse([1.0, np.e], [np.e, np.e**3]) == pytest.approx(np.sqrt(5 / 2))


def test_r2_of_the_mean_is_zero():
    assert r2(ACTUAL, [107.5] * 4) == 0.0


def test_direction_counts_the_side_of_the_last_value():
    last = [99.0, 109.0, 119.0, 102.0]
    assert direction_accuracy(ACTUAL, FORECAST, last) == 0.25


def test_a_forecast_of_no_change_is_right_only_if_there_is_none():
    assert direction_accuracy([1.0, 2.0, 3.0], [1.0, 1.0, 3.0], [1.0, 1.0, 2.0]) == pytest.approx(
        2 / 3
    )


def test_series_with_an_index_are_compared_by_position():
    assert rmse(pd.Series([1.0, 2.0]), pd.Series([2.0, 3.0], index=[7, 8])) == 1.0


@pytest.mark.parametrize(
    ("actual", "forecast", "sentence"),
    [
        ([1.0, 2.0], [1.0], r"shapes \(1,\), \(2,\)"),
        ([], [], r"shapes \(0,\)"),
        ([[1.0]], [[1.0]], r"shapes \(1, 1\)"),
        ([1.0, 2.0, 3.0], [1.0, np.nan, np.nan], r"series 2 of 2 .* row 2 \(2 of 3 rows\)"),
        ([np.inf], [1.0], r"series 1 of 2 .* row 1 \(1 of 1 rows\)"),
    ],
)
def test_series_that_cannot_be_compared_are_errors(actual, forecast, sentence):
    for metric in (rmse, mae, mape):
        with pytest.raises(DataError, match=sentence):
            metric(actual, forecast)


def test_undefined_figures_are_errors():
    with pytest.raises(DataError, match="row 2 is 0"):
        mape([1.0, 0.0], [1.0, 1.0])
    with pytest.raises(DataError, match="does not see the future"):
        skill([1.0, 2.0], [1.0, 1.0], [1.0, 2.0])
    with pytest.raises(DataError, match="the 2 actual values are all 5"):
        r2([5.0, 5.0], [1.0, 2.0])
    with pytest.raises(DataError, match="the prediction in row 2 is -3, which has no logarithm"):
        log_rmse([1.0, 2.0], [1.0, -3.0])
    with pytest.raises(DataError, match="the actual value in row 1 is 0, which"):
        log_rmse([0.0, 2.0], [1.0, 3.0])
