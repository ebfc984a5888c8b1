import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.frames.tables import check_header, parse_numbers, row_location


def test_rows_of_a_csv_file_are_lines_below_the_header():
    frame = pd.DataFrame()
    frame.attrs["file"] = "data/bars.csv"
    assert row_location(frame, 0) == "data/bars.csv, line 2"


def test_rows_of_other_tables_are_counted_from_one():
    frame = pd.DataFrame()
    assert row_location(frame, 0) == "the table, row 1"
    frame.attrs["file"] = "bars.parquet"
    assert row_location(frame, 4) == "bars.parquet, row 5"


def test_a_long_header_is_shortened():
    names = [f"c{number}" for number in range(82)]
    with pytest.raises(DataError, match=r"lacks c81; its columns must be c0, .*c19, … \(82 in all"):
        check_header(pd.DataFrame([[0.0] * 81], columns=names[:-1]), names, row="house")


@pytest.mark.parametrize("blank", ["", " ", "NA", "nan", "null", None])
def test_what_stands_for_no_value_is_no_number(blank):
    numbers = parse_numbers(pd.DataFrame({"area": ["1.5", blank]}), "area")
    assert numbers.isna().tolist() == [False, True]
    assert numbers.dtype == "float64"
