"""The pandera schema of daily bars."""

import numpy as np
import pandas as pd
import pandera.pandas as pa

from dl_pipelines.frames.bars import PRICES, check_columns
from dl_pipelines.frames.tables import check_schema


def _price() -> pa.Column:
    check = pa.Check.in_range(
        0,
        np.inf,
        include_min=False,
        include_max=False,
        error="{column} {value} is not a positive finite number",
    )
    return pa.Column(float, check)


def _quantity(*, nullable: bool, required: bool) -> pa.Column:
    check = pa.Check.in_range(
        0,
        np.inf,
        include_max=False,
        error="{column} {value} is negative or not finite",
    )
    return pa.Column(float, check, nullable=nullable, required=required)


def _at_most(low: str, high: str) -> pa.Check:
    return pa.Check(
        lambda bars: bars[low] <= bars[high],
        error=f"{high} {{{high}:.10g}} is below {low} {{{low}:.10g}}",
    )


DAILY_BARS = pa.DataFrameSchema(
    {
        "date": pa.Column(
            np.datetime64,
            [
                pa.Check(lambda date: ~date.duplicated(), error="the date appears twice"),
                pa.Check(
                    lambda date: ~(date < date.shift()),
                    error="the date is earlier than that of the row before",
                ),
            ],
        ),
        **{name: _price() for name in PRICES},
        "volume": _quantity(nullable=False, required=True),
        "amount": _quantity(nullable=True, required=False),
    },
    checks=[
        _at_most("low", "high"),
        _at_most("low", "open"),
        _at_most("low", "close"),
        _at_most("open", "high"),
        _at_most("close", "high"),
    ],
)
"""Types, finite positive prices, low ≤ open, close ≤ high, ascending unique dates, volume ≥ 0."""


def check_daily_bars(bars: pd.DataFrame) -> pd.DataFrame:
    """Check daily bars against `DAILY_BARS`.

    Args:
        bars: Columns date (datetime64), open, high, low, close (float64, index points), volume
            (float64, shares) and optionally amount (float64, yuan; NaN where unknown), one row a
            day in the order of the file; `attrs["file"]` names it.

    Returns:
        The same frame.

    Raises:
        DataError: Naming file, row, date, column and value of the first row that fails.
    """
    check_columns(bars)
    check_schema(bars, DAILY_BARS, label=_day)
    return bars


def _day(row: dict[str, object]) -> str:
    date = row["date"]
    return "" if pd.isna(date) else f"{date:%Y-%m-%d}"  # type: ignore[call-overload]
