"""Where two providers differ."""

import logging

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.io.differences import provider_differences, warn_of_differences

NAMES = ("a.csv", "baostock 1")


def difference(day: str, column: str, value: float | None, other: float | None) -> dict:
    sources = {"source": NAMES[0], "other_source": NAMES[1]}
    return {"date": day, "column": column, "value": value, "other_value": other} | sources


def test_equal_bars_do_not_differ(bars: pd.DataFrame) -> None:
    assert provider_differences(bars, bars, NAMES) == []
    assert provider_differences(bars.astype("str"), bars, NAMES) == []


def test_a_value_beyond_the_limit_is_listed(bars: pd.DataFrame) -> None:
    others = bars.copy()
    others.loc[1, "close"] *= 1 + 2e-4
    others.loc[2, "high"] *= 1 + 0.9e-4  # rounding
    others.loc[2, "volume"] *= 1 + 0.9e-3
    others.loc[3, "volume"] *= 1 + 1.1e-3
    assert provider_differences(bars, others, NAMES) == [
        difference("2026-01-06", "close", 101.0, others.loc[1, "close"]),
        difference("2026-01-08", "volume", 3003.0, others.loc[3, "volume"]),
    ]


def test_a_day_that_only_one_has_is_listed(bars: pd.DataFrame) -> None:
    lacking = bars.drop(index=2)
    assert provider_differences(bars, lacking, NAMES) == [
        difference("2026-01-07", "close", 102.0, None)
    ]
    assert provider_differences(lacking, bars, NAMES) == [
        difference("2026-01-07", "close", None, 102.0)
    ]


def test_days_before_and_after_are_not_compared(bars: pd.DataFrame) -> None:
    assert provider_differences(bars.iloc[1:], bars.iloc[:4], NAMES) == []
    assert provider_differences(bars.iloc[:1], bars.iloc[3:], NAMES) == []


def test_what_one_does_not_give_is_no_difference(bars: pd.DataFrame) -> None:
    assert provider_differences(bars, bars.assign(amount=5.0), NAMES) == []
    mixed = bars.assign(amount=[5.0, None, 5.0, 5.0, 6.0])
    found = provider_differences(mixed, bars.assign(amount=5.0), NAMES)
    assert found == [difference("2026-01-09", "amount", 6.0, 5.0)]


def test_cells_that_are_no_numbers_are_left_to_the_pipeline(bars: pd.DataFrame) -> None:
    text = bars.astype("str")
    text.loc[1, "open"] = "abc"
    text.loc[4, "date"] = "soon"
    assert provider_differences(text, bars, NAMES) == []


@given(st.integers(0, 4), st.sampled_from(["open", "high", "low", "close"]), st.floats(0.5, 2.0))
def test_exactly_what_was_changed_is_listed(row: int, column: str, factor: float) -> None:
    one = pd.DataFrame({"date": pd.bdate_range("2026-01-05", periods=5), "volume": 1.0})
    one[["open", "high", "low", "close"]] = 10.0
    other = one.copy()
    other.loc[row, column] *= factor
    found = provider_differences(one, other, NAMES)
    assert [(each["date"][-2:], each["column"]) for each in found] == (
        [(f"{5 + row:02}", column)] if abs(factor - 1) > 1e-4 else []
    )


def test_one_line_warns_of_all(bars: pd.DataFrame, caplog: pytest.LogCaptureFixture) -> None:
    warn_of_differences([])
    warn_of_differences(provider_differences(bars, bars.assign(close=50.0), NAMES))
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage() == (
        "a.csv and baostock 1 differ in 5 values, the first of them close of 2026-01-05: 100.0 and "
        "50.0; the data-quality report lists all"
    )
