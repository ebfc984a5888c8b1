from math import log

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.frames.houses.boston import BOSTON, SCHEMA


def test_the_columns_become_numbers_and_four_of_them_logarithms(boston_text):
    raw = BOSTON.parse(boston_text)
    features = BOSTON.features(BOSTON.clean(raw))
    logs = {"CRIM": 0.001, "ZN": 1.0, "DIS": 0.0, "LSTAT": 0.0}
    names = [f"log_{name}" if name in logs else name for name in boston_text.columns[:-1]]
    assert features.columns.tolist() == ["price", *names]
    assert (features.dtypes == "float64").all()
    assert features.attrs == {"file": "boston.csv"}
    row = boston_text.iloc[1].astype(float)
    expected = [log(row[name] + logs[name]) if name in logs else row[name] for name in row.index]
    assert features.loc[1].tolist() == pytest.approx([21.6, *expected[:-1]])


@pytest.mark.parametrize(
    ("column", "value", "finding"),
    [
        ("AGE", "101", "AGE 101.0 is not between 0 and 100"),
        ("RM", "inf", "RM inf is not between 0 and 50"),
        ("CHAS", "", "CHAS is missing"),
        ("price", "0", "price 0.0 is not a price above 0 and up to 1000"),
        ("price", "24000", "price 24000.0 is not a price above 0 and up to 1000"),
    ],
)
def test_a_bad_value_is_located(boston_text, column, value, finding):
    boston_text.loc[1, column] = value
    with pytest.raises(DataError) as error:
        BOSTON.parse(boston_text)
    assert str(error.value) == f"boston.csv, line 3: {finding}; correct the row or remove it."


@settings(max_examples=5, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({name: st.floats(1.0, 10.0) for name in SCHEMA.columns}),
        min_size=1,
        max_size=4,
    )
)
def test_parsing_inverts_writing(rows):
    rows = [row | {"CHAS": 1.0} for row in rows]
    table = pd.DataFrame(rows)
    pd.testing.assert_frame_equal(BOSTON.parse(table.map(repr)), table, rtol=1e-15)
