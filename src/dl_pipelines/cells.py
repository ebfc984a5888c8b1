"""Cells of a table that somebody sent, as numbers."""

import pandas as pd


def floats(cells: pd.Series) -> pd.Series:
    """Read cells as float64; what is no number becomes NaN.

    Args:
        cells: Numbers or text, or whatever else JSON holds.
    """
    try:
        return pd.to_numeric(cells, errors="coerce").astype("float64")
    except (TypeError, OverflowError):  # a list among them, or an integer of hundreds of digits
        return pd.to_numeric(cells.astype("str"), errors="coerce").astype("float64")
