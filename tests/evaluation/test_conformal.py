import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.evaluation.conformal import (
    cross_conformal,
    cross_interval,
    interval_coverage,
    interval_width,
    rolling_interval,
    split_conformal,
)


def test_the_half_width_is_the_corrected_quantile_of_past_scores():
    errors = np.random.default_rng(0).permutation(np.arange(1.0, 101.0))
    actual = np.append(errors, 0.0)
    scale = np.append(np.ones(100), 2.0)
    lower, upper = rolling_interval(actual, np.zeros(101), scale, coverage=0.9, start=100)
    assert np.isnan(lower[:100]).all()
    assert np.isnan(upper[:100]).all()
    # ceil(101 * 0.9) = 91, times a scale of 2
    assert (lower[100], upper[100]) == (-182.0, 182.0)


def test_only_the_last_rows_of_the_window_count():
    actual = np.r_[np.full(150, 9.0), np.full(100, 1.0), 0.0]
    flat = np.zeros(251), np.ones(251)
    assert rolling_interval(actual, *flat, window=100, start=250)[1][250] == 1.0
    assert rolling_interval(actual, *flat, window=250, start=250)[1][250] == 9.0


@settings(max_examples=20)
@given(row=st.integers(100, 119), seed=st.integers(0, 9))
def test_the_future_does_not_reach_an_interval(row, seed):
    random = np.random.default_rng(seed)
    actual, forecast = random.normal(size=(2, 120))
    scale = random.uniform(1.0, 2.0, 120)
    before = rolling_interval(actual, forecast, scale, start=100)
    actual[row:] += 100.0  # the row's own value is not known when its interval is made
    after = rolling_interval(actual, forecast, scale, start=100)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one[: row + 1], other[: row + 1])


@pytest.mark.parametrize("coverage", [0.5, 0.9, 0.95])
def test_exchangeable_errors_are_covered_as_often_as_asked(coverage):
    random = np.random.default_rng(5)
    scale = random.uniform(0.5, 2.0, 6000)
    actual = random.standard_t(3, 6000) * scale
    lower, upper = rolling_interval(actual, np.zeros(6000), scale, coverage=coverage, start=500)
    found = interval_coverage(actual[500:], lower[500:], upper[500:])
    assert found == pytest.approx(coverage, abs=0.02)


@pytest.mark.parametrize(
    ("options", "needed"),
    [
        ({"start": 99}, 100),
        ({"start": 150, "window": 50}, 100),
        ({"start": 150, "coverage": 0.995}, 199),
    ],
)
def test_too_few_past_scores_are_an_error(options, needed):
    with pytest.raises(SettingError, match=f"need {needed} past forecasts"):
        rolling_interval(np.zeros(200), np.zeros(200), np.ones(200), **options)


def test_a_scale_must_be_positive():
    scale = np.ones(120)
    scale[7] = 0.0
    with pytest.raises(DataError, match="is 0 in row 8"):
        rolling_interval(np.zeros(120), np.zeros(120), scale, start=100)


def test_coverage_and_width_by_hand():
    lower, upper = [0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0]
    assert interval_coverage([0.0, 2.0, 3.1, -0.1], lower, upper) == 0.5
    assert interval_width(lower, upper) == 2.5


def test_the_half_width_of_a_split_comes_from_the_other_splits():
    actual = [1.0, 2.0, 3.0, 10.0, 20.0, 30.0]
    lower, upper = cross_interval(actual, np.zeros(6), [0, 0, 0, 1, 1, 1], coverage=0.5)
    # ceil(4 * 0.5) = 2: the second of 10, 20, 30 and of 1, 2, 3.
    np.testing.assert_array_equal(upper, [20.0] * 3 + [2.0] * 3)
    np.testing.assert_array_equal(lower, -upper)


def test_a_splits_own_errors_do_not_reach_its_intervals():
    random = np.random.default_rng(0)
    actual, split = random.normal(size=30), np.repeat([0, 1, 2], 10)
    before = cross_interval(actual, np.zeros(30), split, coverage=0.8)[1]
    after = cross_interval(np.where(split == 1, 9.0, actual), np.zeros(30), split, coverage=0.8)[1]
    np.testing.assert_array_equal(after[split == 1], before[split == 1])
    assert (after[split != 1] > before[split != 1]).all()


def test_cross_conformal_covers_as_often_as_asked():
    random = np.random.default_rng(1)
    actual, split = random.standard_t(4, 2000), np.arange(2000) % 10
    table = cross_conformal(actual, np.zeros(2000), split, coverages=[0.5, 0.8, 0.95])
    assert table["coverage"].tolist() == [0.5, 0.8, 0.95]
    np.testing.assert_allclose(table["empirical"], table["coverage"], atol=0.02)
    assert table["width"].is_monotonic_increasing
    assert (table["rows"] == 2000).all()


def test_too_few_errors_of_other_splits():
    with pytest.raises(SettingError, match=r"coverage 0\.9 needs more than the 2 errors"):
        cross_interval(np.zeros(4), np.zeros(4), [0, 0, 1, 1], coverage=0.9)


def test_split_conformal_takes_the_quantile_of_validation_errors():
    # ceil(5 * 0.6) = 3 and ceil(5 * 0.8) = 4: the third and fourth of 1, 2, 3, 4.
    table = split_conformal(
        [0.0, 3.0, 4.0, 5.0], np.zeros(4), errors=[4.0, -1.0, 3.0, -2.0], coverages=[0.6, 0.8]
    )
    assert table["width"].tolist() == [6.0, 8.0]
    assert table["empirical"].tolist() == [0.5, 0.75]
    with pytest.raises(SettingError, match="needs more than the 4 errors"):
        split_conformal([0.0], [0.0], errors=[1.0, 2.0, 3.0, 4.0], coverages=[0.9])
