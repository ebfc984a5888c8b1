"""Bars that were sent are taken, or refused with one sentence."""

import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.frames.requests import bars_of_request


@pytest.mark.parametrize("change", [{}, {"columns": "date"}])
def test_dates_may_be_left_out(bars, change):
    taken = bars_of_request(bars.drop(**change) if change else bars, at_least=30)
    columns = ["open", "high", "low", "close", "volume"]
    pd.testing.assert_frame_equal(taken[columns], bars[columns])
    assert taken["date"].is_monotonic_increasing


def test_numbers_may_be_text_and_dates_too(bars):
    sent = bars.assign(date=bars["date"].dt.strftime("%Y-%m-%d")).astype("str")
    pd.testing.assert_frame_equal(bars_of_request(sent, at_least=30), bars, check_dtype=False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda bars: bars.head(12), r"holds 12 daily bars, .+ needs at least 30: send earlier"),
        (lambda bars: bars.drop(columns="volume"), "header lacks volume"),
        (lambda bars: bars.assign(close="x"), r"row 1: close 'x' is not a number"),
        (lambda bars: bars.assign(high=-1.0), r"row 1: high -1\.0 is not a positive"),
        (lambda bars: bars.assign(high=bars["low"] / 2), r"row 1: high .+ is below low"),
        (lambda bars: bars.assign(low=float("nan")), r"row 1: low is missing"),
        (lambda bars: bars[::-1], r"row 2: the date is earlier than that of the row before"),
        (lambda bars: bars.iloc[:0], "has no rows"),
        (lambda bars: bars.to_dict("records"), "holds no table of daily bars"),
        (lambda bars: "12 rows", "holds no table of daily bars"),
    ],
)
def test_bad_bars_are_refused_with_one_sentence(bars, change, sentence):
    with pytest.raises(DataError, match=f"^the request.*{sentence}") as caught:
        bars_of_request(change(bars), at_least=30)
    assert "\n" not in str(caught.value)


def changed(bars, rows, **values):
    """Some rows' cells replaced."""
    bars = bars.copy()
    for name, value in values.items():
        bars.loc[rows, name] = value
    return bars


FLAT = dict.fromkeys(("open", "high", "low", "close"), 1000.0)


@pytest.mark.parametrize(
    ("rows", "values", "sentence"),
    [
        ([27], {"volume": 0.0}, r"row 28: volume '0\.0' is not above 0; leave out days without"),
        (slice(3, 24), FLAT, r"row 25: high equals low in this row and the 21 before it"),
        (slice(0, 29), FLAT, r"row 25: high equals low"),
    ],
)
def test_days_without_trade_or_range_are_refused(bars, rows, values, sentence):
    with pytest.raises(DataError, match=f"^the request, {sentence}"):
        bars_of_request(changed(bars, rows, **values), at_least=6)


def test_a_flat_day_or_one_before_those_that_are_used_is_taken(bars):
    sent = changed(changed(bars, [2], volume=0.0), slice(4, 24), **FLAT)
    assert len(bars_of_request(sent, at_least=6)) == 30


def test_what_was_sent_stays_as_it_was(bars):
    before = bars.copy()
    bars_of_request(bars, at_least=2)
    pd.testing.assert_frame_equal(bars, before)
    assert bars.attrs == before.attrs
