"""Tables as readers see them, on a terminal and on pages: what each cell says."""

from typing import Any

import pandas as pd


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells of a table as text: floats with two decimals, blanks for NaN.

    Columns of small floats have four decimals, those that reach 10,000 none.

    Args:
        frame: The table.

    Returns:
        A table of the same shape; an own index.
    """
    sizes = frame.select_dtypes("float").abs()
    decimals = [_decimals(sizes[column]) if column in sizes else 0 for column in frame]
    rows = [
        [_cell(value, places) for value, places in zip(row, decimals, strict=True)]
        for row in frame.itertuples(index=False)
    ]
    return pd.DataFrame(rows, columns=[str(column) for column in frame], dtype=str)


def _decimals(sizes: pd.Series) -> int:
    if sizes.max() < 1.0 or sizes.median() < 0.5:  # noqa: PLR2004 - shown digits
        return 4
    return 0 if sizes.max() >= 10_000.0 else 2  # noqa: PLR2004 - shown digits


def _cell(value: Any, decimals: int) -> str:
    if not isinstance(value, float):
        return str(value)
    if 0.0 < value < 0.5 * 10.0**-decimals:  # a small p-value is not nothing
        return f"<{10.0**-decimals:.{decimals}f}"
    return "" if pd.isna(value) else f"{value:,.{decimals}f}"
