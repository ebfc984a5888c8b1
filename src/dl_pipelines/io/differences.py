"""Where two providers give different daily bars of one symbol."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.io.merging import TOLERANCE

logger = logging.getLogger(__name__)

# Relative; volume and amount are rounded by each provider in its own way.
DIFFERENCE = TOLERANCE.clip(lower=1e-4)


def provider_differences(
    bars: pd.DataFrame, others: pd.DataFrame, names: tuple[str, str]
) -> list[dict[str, Any]]:
    """Compare two tables over the days that both span.

    Args:
        bars: Daily bars; unique dates. Columns may be text.
        others: Daily bars of another provider; unique dates.
        names: What the two came from.

    Returns:
        A row for each value that differs by more than `DIFFERENCE`, relative, in order of days:
        `{"date": ISO day, "column": name, "source", "value", "other_source", "other_value"}`. A day
        that only one of them has is one row, with its close and null. A value that one of them
        does not give is none.
    """
    one, two = _typed(bars), _typed(others)
    first, last = max(one.index[0], two.index[0]), min(one.index[-1], two.index[-1])
    one, two = one.loc[first:last].align(two.loc[first:last], join="outer")
    columns = [name for name in DIFFERENCE.index if name in one]
    one, two = one[columns], two[columns]
    differs = (one - two).abs() / one.abs() > DIFFERENCE[columns]
    differs["close"] |= one["close"].isna() != two["close"].isna()
    days = pd.DatetimeIndex(one.index).strftime("%Y-%m-%d")
    first_values, other_values = one.to_numpy().tolist(), two.to_numpy().tolist()
    return [
        {
            "date": days[row],
            "column": columns[column],
            "source": names[0],
            "value": _json_number(first_values[row][column]),
            "other_source": names[1],
            "other_value": _json_number(other_values[row][column]),
        }
        for row, column in np.argwhere(differs.to_numpy()).tolist()
    ]


def warn_of_differences(differences: list[dict[str, Any]]) -> None:
    """One line in the log, if there are any."""
    if differences:
        first = differences[0]
        logger.warning(
            "%s and %s differ in %d values, the first of them %s of %s: %s and %s; the "
            "data-quality report lists all",
            first["source"],
            first["other_source"],
            len(differences),
            *(first[key] for key in ("column", "date", "value", "other_value")),
        )


def _typed(bars: pd.DataFrame) -> pd.DataFrame:
    """Numbers by day; what is none is left to the pipeline's own checks."""
    columns = [name for name in DIFFERENCE.index if name in bars]
    numbers: pd.DataFrame = bars[columns].apply(pd.to_numeric, errors="coerce").astype("float64")
    numbers.index = pd.DatetimeIndex(pd.to_datetime(bars["date"], errors="coerce"))
    numbers = numbers[numbers.index.notna()]
    return numbers[~numbers.index.duplicated()].sort_index()


def _json_number(value: float) -> float | None:
    return None if np.isnan(value) else value
