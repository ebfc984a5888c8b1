import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.frames.bars import check_columns, row_location


def test_rows_of_a_csv_file_are_lines_below_the_header():
    frame = pd.DataFrame()
    frame.attrs["file"] = "data/bars.csv"
    assert row_location(frame, 0) == "data/bars.csv, line 2"


def test_rows_of_other_tables_are_counted_from_one():
    frame = pd.DataFrame()
    assert row_location(frame, 0) == "the table of daily bars, row 1"
    frame.attrs["file"] = "bars.parquet"
    assert row_location(frame, 4) == "bars.parquet, row 5"


def test_amount_is_optional(text):
    check_columns(text)
    check_columns(text.assign(amount="1"))


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda t: t.drop(columns=["low", "close"]), "bars.csv: the header lacks low, close;"),
        (lambda t: t.assign(note="x"), "bars.csv: the header has the unknown note;"),
        (
            lambda t: t.rename(columns={"high": "High"}),
            "bars.csv: the header lacks high and has the unknown High;",
        ),
        (lambda t: t[[*t.columns, "open"]], "bars.csv: the header repeats open;"),
        (lambda t: t.iloc[:0], "bars.csv has no rows;"),
    ],
)
def test_wrong_columns_are_named(text, change, finding):
    with pytest.raises(DataError) as error:
        check_columns(change(text))
    assert str(error.value).startswith(finding)
