"""Text columns, as a CSV file holds them, to typed daily bars."""

import pandas as pd

from dl_pipelines.frames.bars import check_columns
from dl_pipelines.frames.tables import parse_numbers, reject


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
    return _dates(text) if name == "date" else parse_numbers(text, name)


def _dates(text: pd.DataFrame) -> pd.Series:
    dates = pd.to_datetime(text["date"], format="%Y-%m-%d", errors="coerce")
    reject(text, "date", dates.isna(), "a date; write it as YYYY-MM-DD")
    return dates
