import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.frames.schemas import check_daily_bars


def _finding(bars: pd.DataFrame) -> str:
    with pytest.raises(DataError) as error:
        check_daily_bars(bars)
    return str(error.value)


def test_the_embedded_snapshot_passes(snapshot):
    bars = parse_daily_bars(snapshot)
    assert check_daily_bars(bars) is bars
    assert len(bars) == 4857


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_dates_of_any_resolution_pass(bars, unit):
    check_daily_bars(bars.assign(date=bars["date"].astype(f"datetime64[{unit}]")))


def test_a_flat_day_and_an_unknown_amount_pass(text):
    bars = parse_daily_bars(text).assign(amount=np.nan)
    bars.loc[1, ["open", "high", "low", "close", "volume"]] = [970.0, 970.0, 970.0, 970.0, 0.0]
    check_daily_bars(bars)


@pytest.mark.parametrize(
    ("column", "value", "finding"),
    [
        ("high", "950.1", "high 950.1 is below low 966.1"),
        ("open", "966.0", "open 966 is below low 966.1"),
        ("open", "976.4", "high 976.3 is below open 976.4"),
        ("close", "966.0", "close 966 is below low 966.1"),
        ("close", "976.4", "high 976.3 is below close 976.4"),
        ("close", "", "close is missing"),
        ("low", "-1", "low -1.0 is not a positive finite number"),
        ("low", "0", "low 0.0 is not a positive finite number"),
        ("high", "inf", "high inf is not a positive finite number"),
        ("volume", "-1", "volume -1.0 is negative or not finite"),
        ("volume", "", "volume is missing"),
        ("amount", "-1", "amount -1.0 is negative or not finite"),
    ],
)
def test_a_bad_value_is_located_and_named(text, column, value, finding):
    text["amount"] = "1.0"
    text.loc[1, column] = value
    assert _finding(parse_daily_bars(text)) == (
        f"bars.csv, line 3 (2006-01-09): {finding}; correct the row or remove it."
    )


@pytest.mark.parametrize(
    ("date", "finding"),
    [
        ("2006-01-06", "the date appears twice"),
        ("2006-01-01", "the date is earlier than that of the row before"),
    ],
)
def test_dates_must_ascend_without_repeating(text, date, finding):
    text.loc[1, "date"] = date
    assert f"bars.csv, line 3 ({date}): {finding};" in _finding(parse_daily_bars(text))


def test_the_first_bad_row_is_reported(text):
    text.loc[3, "open"] = "-1"
    text.loc[2, "volume"] = ""
    text.loc[1, "high"] = "1"
    assert "line 3 (2006-01-09): high 1 is below low" in _finding(parse_daily_bars(text))


def test_a_missing_date_is_located(bars):
    bars.loc[2, "date"] = pd.NaT
    assert _finding(bars).startswith("table.parquet, row 3: date is missing;")


def test_a_column_of_the_wrong_type_is_named(bars):
    assert _finding(bars.assign(open="high")).startswith(
        "table.parquet: the column open holds str, not float64;"
    )
    assert _finding(bars.assign(date=bars["date"].astype("str"))).startswith(
        "table.parquet: the column date holds str, not dates;"
    )


def test_columns_are_checked_first(bars):
    assert "lacks close" in _finding(bars.drop(columns="close"))
