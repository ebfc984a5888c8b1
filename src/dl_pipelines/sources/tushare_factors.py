"""tushare's adjustment factors (`adj_factor`), which make the prices of a share comparable."""

import numpy as np
import pandas as pd

from dl_pipelines.cells import floats
from dl_pipelines.errors import SourceError
from dl_pipelines.sources.bars import PRICES, Asked, BarFormat, days_of, refuse

FACTOR = "adj_factor"
NO_FACTORS = pd.DataFrame(
    {"date": pd.Series(dtype="datetime64[us]"), FACTOR: pd.Series(dtype="float64")}
)


def typed_factors(page: pd.DataFrame, form: BarFormat, asked: Asked) -> pd.DataFrame:
    """Type and check a reply of factors, one a day.

    Args:
        page: The rows as sent.
        form: How a day is written.
        asked: What was asked for.

    Returns:
        date and adj_factor, in the order of the reply.

    Raises:
        SourceError: At the first day or factor that cannot be.
    """
    days = days_of(page, [form.day, FACTOR], form, asked)
    factors = floats(page[FACTOR])
    bad = {form.day: asked.misses(days), FACTOR: ~((factors > 0) & (factors < np.inf))}
    refuse(page, pd.DataFrame(bad), form, asked)
    return pd.DataFrame({"date": days, FACTOR: factors})


def back_adjusted(bars: pd.DataFrame, factors: pd.DataFrame, ts_code: str) -> pd.DataFrame:
    """Adjust prices backwards (后复权): price × factor, so that the past never changes.

    A factor grows from 1 on the first day of trading with each dividend and split.

    Args:
        bars: Daily bars as traded.
        factors: date and adj_factor, one a day; other days than the bars' are left out.
        ts_code: The symbol.

    Returns:
        The bars; volume and amount stay as traded.

    Raises:
        SourceError: If a day has no factor, or one that makes prices of it beyond all numbers.
    """
    factor = factors.set_index("date")[FACTOR].reindex(bars["date"]).reset_index(drop=True)
    if factor.isna().any():
        day = bars.loc[factor.isna(), "date"].iloc[0]
        raise SourceError(
            f"tushare has a bar of {ts_code} on {day:%Y-%m-%d} but no adj_factor of that day; "
            "nothing was taken: run again later, or report the day to tushare."
        )
    adjusted = bars.copy(deep=False)
    adjusted[PRICES] = bars[PRICES].mul(factor, axis=0)
    beyond = ~((adjusted[PRICES] > 0) & (adjusted[PRICES] < np.inf)).all(axis=1)
    if beyond.any():
        raise SourceError(
            f"tushare has the adj_factor {factor[beyond].iloc[0]:g} of {ts_code} on "
            f"{bars.loc[beyond, 'date'].iloc[0]:%Y-%m-%d}, which cannot be; nothing was taken: run "
            "again later, or report the day to tushare."
        )
    return adjusted
