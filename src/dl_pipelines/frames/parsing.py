"""Text columns, as a CSV file holds them, to typed daily bars."""

import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.frames.bars import check_columns, row_location

# What spreadsheets and pandas write for "no value"; the schema then says which one is missing.
_BLANK = ("", "nan", "null", "none")


def parse_daily_bars(text: pd.DataFrame) -> pd.DataFrame:
    """Give text columns their types; values are judged later, by the schema.

    Args:
        text: Columns date (YYYY-MM-DD), open, high, low, close (index points), volume (shares) and
            optionally amount (yuan), one row a day; `attrs["file"]` names the file. Columns that
            have their type already, as a provider's do, are taken over.

    Returns:
        The same rows and columns: date as datetime64, the others as float64, blank fields as NaN,
        with the attrs of `text`.

    Raises:
        DataError: For missing or unknown columns, no rows, text in a number or a date that is none,
            naming file, line, column and value.
    """
    check_columns(text)
    bars = pd.DataFrame({name: _parse_column(text, name) for name in text.columns})
    bars = bars.reset_index(drop=True)
    bars.attrs = dict(text.attrs)
    return bars


def _parse_column(text: pd.DataFrame, name: str) -> pd.Series:
    return _dates(text) if name == "date" else _numbers(text, name)


def _dates(text: pd.DataFrame) -> pd.Series:
    dates = pd.to_datetime(text["date"], format="%Y-%m-%d", errors="coerce")
    _reject(text, "date", dates.isna(), "a date; write it as YYYY-MM-DD")
    return dates


def _numbers(text: pd.DataFrame, name: str) -> pd.Series:
    numbers = pd.to_numeric(text[name], errors="coerce").astype("float64")
    words = text[name].astype("str").str.strip().str.lower()
    wrong = numbers.isna() & text[name].notna() & ~words.isin(_BLANK)
    _reject(text, name, wrong, "a number; write digits and a decimal point only")
    return numbers


def _reject(text: pd.DataFrame, name: str, wrong: pd.Series, expected: str) -> None:
    """Raise a DataError for the first row that is wrong."""
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise DataError(
            f"{row_location(text, row)}: {name} '{text[name].iloc[row]}' is not {expected}."
        )
