"""What a frame of daily bars looks like, and how its rows are named in error sentences."""

import pandas as pd

from dl_pipelines.errors import DataError

PRICES = ("open", "high", "low", "close")
COLUMNS = ("date", *PRICES, "volume")
OPTIONAL_COLUMNS = ("amount",)


def file_name(frame: pd.DataFrame) -> str:
    """Where a frame came from: `frame.attrs["file"]`, or words that stand for it."""
    return str(frame.attrs.get("file", "the table of daily bars"))


def row_location(frame: pd.DataFrame, row: int) -> str:
    """Name a row so that a user finds it: the line of a CSV file, the row of another table.

    Args:
        frame: The frame as it was read.
        row: Position of the row, from 0.
    """
    file = file_name(frame)
    # Line 1 of a CSV file is its header.
    return f"{file}, line {row + 2}" if file.endswith(".csv") else f"{file}, row {row + 1}"


def check_columns(frame: pd.DataFrame) -> None:
    """Check that a frame has rows, all columns of daily bars and no others.

    Raises:
        DataError: Naming the file and the columns that are missing or not known.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in COLUMNS + OPTIONAL_COLUMNS]
    repeated = frame.columns[frame.columns.duplicated()].tolist()
    findings = [
        f"{problem} {', '.join(map(str, names))}"
        for problem, names in (
            ("lacks", missing),
            ("has the unknown", unknown),
            ("repeats", repeated),
        )
        if names
    ]
    if findings:
        raise DataError(
            f"{file_name(frame)}: the header {' and '.join(findings)}; its columns must be "
            f"{', '.join(COLUMNS)} and, if known, {', '.join(OPTIONAL_COLUMNS)}."
        )
    if frame.empty:
        raise DataError(f"{file_name(frame)} has no rows; put at least one daily bar into it.")
