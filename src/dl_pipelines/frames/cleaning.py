"""Cleaning of daily bars: only days of the exchange's calendar stay."""

import pandas as pd


def clean_daily_bars(bars: pd.DataFrame, sessions: pd.DatetimeIndex) -> pd.DataFrame:
    """Drop the bars of days on which the exchange was closed.

    Missing days are not filled: an invented price would be a leak or a fiction, and the quality
    report names them.

    Args:
        bars: Checked daily bars, one row a day, ascending.
        sessions: The exchange's trading days.

    Returns:
        The bars of trading days, same columns, types and attrs, with a new RangeIndex.
    """
    return bars[bars["date"].isin(sessions)].reset_index(drop=True)
