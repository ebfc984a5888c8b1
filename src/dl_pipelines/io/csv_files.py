"""CSV files as written: nothing is guessed, every cell stays text."""

import csv
from itertools import islice
from pathlib import Path

import pandas as pd

from dl_pipelines.errors import DataError

_MOST_COLUMNS = 1000  # each takes pandas a fraction of a millisecond and some KiB


def read_text_csv(path: Path) -> pd.DataFrame:
    """Read a CSV file as written: every cell is text, an empty cell is the empty string.

    Args:
        path: The file, UTF-8 with or without a byte-order mark.

    Returns:
        All columns as `str`; row `i` stands in line `i + 2` of the file; `attrs["file"]` names it.

    Raises:
        DataError: If the file is missing, empty, not UTF-8 or not a table, or has more than 1,000
            columns.
    """
    try:
        _refuse_wide(path)
        # Blank lines are kept so that a row's number tells its line.
        text = pd.read_csv(
            path, dtype=str, encoding="utf-8-sig", na_filter=False, skip_blank_lines=False
        )
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror or error}): check the path in the catalog."
        ) from error
    except pd.errors.EmptyDataError as error:
        raise DataError(f"{path} is empty: put the table back, with its header.") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 text (byte {error.start}): save it again as CSV in UTF-8."
        ) from error
    except pd.errors.ParserError as error:
        reason = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise DataError(f"{path} is not a CSV table ({reason}): correct that line.") from error
    if not isinstance(text.index, pd.RangeIndex):
        raise DataError(f"{path}: the rows have more values than the header: name every column.")
    text.attrs["file"] = str(path)
    return text


def _refuse_wide(path: Path) -> None:
    """Look at the two rows that tell pandas how many columns there are."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            widest = max((len(row) for row in islice(csv.reader(file), 2)), default=0)
        except csv.Error as error:
            raise DataError(
                f"{path} is not a CSV table ({error} in its first rows): put the right file there."
            ) from error
    if widest > _MOST_COLUMNS:
        raise DataError(
            f"{path} has {widest:,} columns in its first rows, and no table that is read has more "
            f"than {_MOST_COLUMNS:,}: put the right file there."
        )
