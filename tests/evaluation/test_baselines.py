from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.baselines import (
    HAR_TERMS,
    MIN_HISTORY,
    REFERENCES,
    close_naive,
    har_ridge,
    persistence,
    reference_forecasts,
)
from dl_pipelines.evaluation.metrics import mae, rmse

TEST_START = date(2019, 1, 1)


@pytest.fixture(scope="module")
def references(snapshot_features) -> pd.DataFrame:
    return reference_forecasts(snapshot_features, test_start=TEST_START)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("persistence", (44.65, 30.10)),
        ("close_naive", (39.23, 29.32)),
        ("har_ridge", (36.34, 25.13)),
    ],
)
def test_the_published_figures_come_out(references, reference, expected):
    test = references[references["date"] >= "2019-01-01"]
    assert len(test) == 1699
    found = rmse(test["actual"], test[reference]), mae(test["actual"], test[reference])
    assert found == pytest.approx(expected, abs=0.006)


def test_the_book_s_window_has_its_rows(snapshot_features):
    references = reference_forecasts(
        snapshot_features,
        start=date(2010, 10, 11),
        test_start=date(2017, 9, 21),
        end=date(2020, 3, 13),
    )
    assert references["date"].iloc[-1] == pd.Timestamp("2020-03-13")
    assert (references["date"] >= "2017-09-21").sum() == 600


def test_each_row_stands_on_the_day_it_forecasts(references, snapshot_features):
    row = references.iloc[0]
    source = snapshot_features.iloc[MIN_HISTORY]
    assert row["date"] == source["target_date"]
    assert (
        row[["actual", "persistence", "close"]].tolist()
        == source[["high_next", "high", "close"]].tolist()
    )
    assert references.columns.tolist() == [
        "date",
        "actual",
        "persistence",
        "close",
        *REFERENCES[1:],
    ]
    assert references.notna().all(axis=None)


def test_simple_references_by_hand():
    features = pd.DataFrame(
        {
            "target_date": pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-04"]),
            "high": [11.0, 12.0, 13.0],
            "close": [10.0, 10.0, 20.0],
            "high_next": [11.0, 14.0, np.nan],
        }
    )
    assert persistence(features).tolist() == [11.0, 12.0, 13.0]
    ratio = (1.1 * 1.4) ** 0.5
    assert close_naive(features, date(2024, 1, 4)) == pytest.approx(
        [10 * ratio, 10 * ratio, 20 * ratio]
    )
    assert close_naive(features, date(2024, 1, 3)) == pytest.approx([11.0, 11.0, 22.0])


def test_the_ridge_is_fitted_on_the_past_and_refitted_from_the_test_on(short_features):
    first = 280
    start = short_features["target_date"][first]
    forecast = har_ridge(short_features, start, refit_every=21, alpha=1e-9)
    assert np.isnan(forecast[:MIN_HISTORY]).all()
    terms = short_features[list(HAR_TERMS)].to_numpy()
    target = np.log(short_features["high_next"] / short_features["close"]).to_numpy()
    close = short_features["close"].to_numpy()
    # Refits before the test keep the same grid: 280 - 21 = 259, and the first at 250.
    for fit, stop in ((250, 259), (259, 280), (280, 301), (301, 322), (322, 330)):
        model = LinearRegression().fit(terms[:fit], target[:fit])
        expected = close[fit:stop] * np.exp(model.predict(terms[fit:stop]))
        assert forecast[fit:stop] == pytest.approx(expected, rel=1e-9)


def test_a_large_penalty_forecasts_the_mean_ratio(short_features):
    start = short_features["target_date"][250]
    forecast = har_ridge(short_features, start, alpha=1e12)
    assert forecast[250] == pytest.approx(close_naive(short_features, start)[250], rel=1e-6)


@pytest.mark.parametrize("row", [265, 280, 300])
def test_nothing_after_day_t_reaches_its_forecasts(short_features, row):
    start = short_features["target_date"][260]
    changed = short_features.copy()
    later = changed.index > row
    columns = ["high", "close", "high_next", *HAR_TERMS]
    changed.loc[later, columns] *= 1.5
    changed.loc[row, "high_next"] *= 1.5  # the target of day t itself is not known either
    before, after = (
        reference_forecasts(frame, test_start=start).drop(columns="actual")
        for frame in (short_features, changed)
    )
    known = slice(0, row - MIN_HISTORY)
    pd.testing.assert_frame_equal(before.loc[known], after.loc[known], check_exact=True)
    assert (before["har_ridge"] != after["har_ridge"]).sum() == len(before) - 1 - known.stop


@pytest.mark.parametrize("test_start", [date(2000, 1, 1), date(2006, 12, 1)])
def test_too_short_a_past_is_an_error(short_features, test_start):
    with pytest.raises(SettingError, match=f"test_start {test_start}.*2006-02-17 to 2007"):
        reference_forecasts(short_features, test_start=test_start)


def test_no_days_at_all_are_an_error(short_features):
    with pytest.raises(SettingError, match="'start' is 2030-01-01, outside the data"):
        reference_forecasts(short_features, start=date(2030, 1, 1), test_start=date(2031, 1, 1))
