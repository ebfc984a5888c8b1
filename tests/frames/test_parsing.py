from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.frames.parsing import parse_daily_bars


def test_text_becomes_typed_bars(text):
    bars = parse_daily_bars(text)
    assert bars["date"].tolist() == [pd.Timestamp(day) for day in text["date"]]
    assert bars.iloc[0, 1:].tolist() == [961.9, 975.6, 956.0, 970.0, 3028636800.0]
    assert (bars.dtypes.iloc[1:] == "float64").all()
    assert bars.attrs == {"file": "bars.csv"}


@pytest.mark.parametrize("blank", ["", " ", "nan", "NaN", None, np.nan])
def test_blank_numbers_are_left_to_the_schema(text, blank):
    text.loc[1, "close"] = blank
    assert np.isnan(parse_daily_bars(text)["close"][1])


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("close", "9x", "bars.csv, line 4: close '9x' is not a number; "),
        ("volume", "1,000", "bars.csv, line 4: volume '1,000' is not a number; "),
        ("date", "20060110", "bars.csv, line 4: date '20060110' is not a date; "),
        ("date", "2006-02-30", "bars.csv, line 4: date '2006-02-30' is not a date; "),
        ("date", "", "bars.csv, line 4: date '' is not a date; "),
    ],
)
def test_what_cannot_be_read_is_located(text, column, value, sentence):
    text.loc[2, column] = value
    text.loc[3, column] = "also wrong"
    with pytest.raises(DataError) as error:
        parse_daily_bars(text)
    assert str(error.value).startswith(sentence)


def test_missing_columns_are_an_error(text):
    with pytest.raises(DataError, match="lacks volume"):
        parse_daily_bars(text.drop(columns="volume"))


def test_typed_bars_are_taken_over(bars):
    bars["amount"] = np.nan
    pd.testing.assert_frame_equal(parse_daily_bars(bars), bars)


@given(
    st.lists(st.floats(min_value=1e-3, max_value=1e12), min_size=1, max_size=5),
    st.dates(min_value=date(1990, 12, 3), max_value=date(2100, 1, 1)),
)
def test_parsing_inverts_writing(values, day):
    text = pd.DataFrame(
        {
            "date": [str(day)] * len(values),
            **{name: map(repr, values) for name in ("open", "high", "low", "close", "volume")},
        }
    )
    bars = parse_daily_bars(text)
    assert (bars["date"] == pd.Timestamp(day)).all()
    assert bars["open"].to_numpy() == pytest.approx(values, rel=1e-15)
