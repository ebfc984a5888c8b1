from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.frames.features import FEATURES, daily_features

UNKNOWN_AT_CLOSE = ["target_date", "high_next"]


def test_golden_values_by_hand(bars):
    row = daily_features(bars).iloc[3]
    day, before = bars.iloc[25], bars.iloc[24]
    ranges = [log(high / low) for high, low in zip(bars["high"], bars["low"], strict=True)]
    assert row["date"] == day["date"]
    assert row["target_date"] == bars["date"][26]
    assert row["high_next"] == bars["high"][26]
    expected = {
        "high": day["high"],
        "close": day["close"],
        "return_1": log(day["close"] / before["close"]),
        "high_close": log(day["high"] / day["close"]),
        "low_close": log(day["low"] / day["close"]),
        "open_gap": log(day["open"] / before["close"]),
        "high_low": ranges[25],
        "volume_change": log(day["volume"] / before["volume"]),
        "range_5": np.mean(ranges[21:26]),
        "range_22": np.mean(ranges[4:26]),
        "abs_return": abs(log(day["close"] / before["close"])),
    }
    assert row[list(expected)].to_dict() == pytest.approx(expected, rel=1e-7)


def test_one_row_a_day_from_the_23rd_on(bars):
    features = daily_features(bars)
    assert features["date"].tolist() == bars["date"][22:].tolist()
    assert features.columns[5:].tolist() == list(FEATURES)
    assert features.attrs == bars.attrs
    assert features[:-1].notna().all(axis=None)
    assert features.iloc[-1].isna().pipe(lambda empty: empty[empty].index.tolist()) == [
        "target_date",
        "high_next",
    ]


def test_a_day_without_trade_stays_finite(bars):
    bars.loc[25, "volume"] = 0.0
    assert np.isfinite(daily_features(bars)[list(FEATURES)]).all(axis=None)


def test_too_few_days_are_an_error(bars):
    assert len(daily_features(bars[:24])) == 2
    with pytest.raises(DataError, match=r"table.parquet has only 23 trading days.* need 24"):
        daily_features(bars[:23])


@settings(max_examples=25)
@given(day=st.integers(22, 28), factor=st.floats(0.5, 2.0))
def test_nothing_after_day_t_reaches_row_t(day, factor):
    bars = _bars()
    changed = bars.copy()
    columns = ["open", "high", "low", "close", "volume"]
    changed.loc[day + 1 :, columns] *= np.array([1.0, 1.1, 0.9, 1.0, 3.0]) * factor
    known = slice(0, day - 22)  # rows by label, the row of day t included
    before, after = daily_features(bars).loc[known], daily_features(changed).loc[known]
    pd.testing.assert_frame_equal(
        before.drop(columns=UNKNOWN_AT_CLOSE),
        after.drop(columns=UNKNOWN_AT_CLOSE),
        check_exact=True,
    )
    assert before["high_next"].iloc[-1] != after["high_next"].iloc[-1] or factor * 1.1 == 1.0


def _bars() -> pd.DataFrame:
    random = np.random.default_rng(1)
    close = 1000.0 * np.exp(np.cumsum(random.normal(0.0, 0.01, 30)))
    return pd.DataFrame(
        {
            "date": pd.bdate_range("2024-01-01", periods=30),
            "open": close,
            "high": close * 1.01,
            "low": close * 0.99,
            "close": close,
            "volume": random.uniform(1e9, 2e9, 30),
        }
    )
