"""How what came is merged with what there is."""

import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.io.merging import append_bars, check_same_symbol, merge_bars, rescaled_by

PRICES = ["open", "high", "low", "close"]


def test_new_days_are_added_in_order(bars: pd.DataFrame) -> None:
    merged, revisions = merge_bars(bars.iloc[[1, 2]], bars.iloc[[0, 2, 3, 4]])
    pd.testing.assert_frame_equal(merged, bars)
    assert revisions == []


def test_an_empty_table_takes_all(bars: pd.DataFrame) -> None:
    merged, revisions = merge_bars(bars.iloc[:0], bars)
    pd.testing.assert_frame_equal(merged, bars)
    assert revisions == []


def test_revised_values_win_and_are_reported(bars: pd.DataFrame) -> None:
    fetched = bars.iloc[3:].copy()
    fetched.loc[3, "close"] = 103.5
    fetched.loc[4, "volume"] = 4000.0
    merged, revisions = merge_bars(bars, fetched)
    assert revisions == [
        {"date": "2026-01-08", "column": "close", "old": 103.0, "new": 103.5},
        {"date": "2026-01-09", "column": "volume", "old": 3004.0, "new": 4000.0},
    ]
    assert merged.loc[[3, 4], "close"].tolist() == [103.5, 104.0]
    assert merged.loc[[3, 4], "volume"].tolist() == [3003.0, 4000.0]


def test_rounding_is_no_revision(bars: pd.DataFrame) -> None:
    fetched = bars.assign(close=bars["close"] * (1 + 5e-6), volume=bars["volume"] + 1)
    merged, revisions = merge_bars(bars, fetched)
    pd.testing.assert_frame_equal(merged, bars)
    assert revisions == []


def test_a_missing_amount_is_filled_without_a_revision(bars: pd.DataFrame) -> None:
    merged, revisions = merge_bars(bars, bars.iloc[3:].assign(amount=[7.0, 8.0]))
    assert merged["amount"].fillna(0).tolist() == [0, 0, 0, 7.0, 8.0]
    assert revisions == []
    merged, revisions = merge_bars(merged, bars.iloc[4:].assign(amount=[9.0]))
    assert revisions == [{"date": "2026-01-09", "column": "amount", "old": 8.0, "new": 9.0}]


def test_inputs_stay_as_they_are(bars: pd.DataFrame) -> None:
    table, fetched = bars.copy(), bars.iloc[4:].assign(close=104.5)
    merge_bars(table, fetched)
    pd.testing.assert_frame_equal(table, bars)


def test_another_symbol_is_refused(bars: pd.DataFrame) -> None:
    fetched = bars.iloc[3:].assign(close=50.0)
    with pytest.raises(SettingError, match=r"close 104\.0 on 2026-01-09 and tushare 1 50\.0: the"):
        check_same_symbol(bars, fetched, "tushare 1")


def test_one_corrected_close_and_no_overlap_are_no_other_symbol(bars: pd.DataFrame) -> None:
    check_same_symbol(bars, bars.iloc[3:].assign(close=[50.0, 104.0]), "tushare 1")
    check_same_symbol(bars.iloc[:2], bars.iloc[3:].assign(close=50.0), "tushare 1")
    check_same_symbol(bars.iloc[:0], bars.assign(close=50.0), "tushare 1")


def test_appended_bars_change_nothing_that_is_there(bars: pd.DataFrame) -> None:
    fetched = bars.iloc[2:].assign(close=50.0, amount=7.0)
    appended = append_bars(bars.iloc[[0, 1, 3]], fetched)
    assert appended["close"].tolist() == [100.0, 101.0, 50.0, 103.0, 50.0]
    assert appended["amount"].fillna(0).tolist() == [0, 0, 7.0, 0, 7.0]


@pytest.mark.parametrize("scale", [0.97, 0.9998, 1.005, 2.0])
def test_prices_of_another_scale_are_told(bars: pd.DataFrame, scale: float) -> None:
    fetched = bars.iloc[3:].copy()
    fetched[PRICES] *= scale
    assert rescaled_by(bars, fetched) == pytest.approx(scale)


def test_revisions_are_no_other_scale(bars: pd.DataFrame) -> None:
    fetched = bars.iloc[3:].copy()
    assert rescaled_by(bars, fetched) == rescaled_by(bars.iloc[:2], fetched) == 1.0
    assert rescaled_by(bars, fetched.assign(close=fetched["close"] * 1.005)) == 1.0
    fetched[PRICES] *= 1.0 + 5e-5
    assert rescaled_by(bars, fetched) == 1.0
    fetched.loc[4, PRICES] *= 1.005
    assert rescaled_by(bars, fetched) == 1.0
