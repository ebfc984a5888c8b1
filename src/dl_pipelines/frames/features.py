"""Features of daily bars that are known at the close of day t."""

import numpy as np
import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.frames.bars import PRICES
from dl_pipelines.frames.tables import file_name

HISTORY = 22
"""Days of history that come before the first row: a month, the longest mean range (Corsi 2009)."""

FEATURES = (
    "return_1",
    "high_close",
    "low_close",
    "open_gap",
    "high_low",
    "volume_change",
    "range_5",
    "range_22",
    "abs_return",
)


def bars_needed(window: int) -> int:
    """How many daily bars there must be for one window of features.

    Args:
        window: Days of the window.
    """
    return HISTORY + max(window, 2)


def daily_features(bars: pd.DataFrame) -> pd.DataFrame:
    """Build features known at the close of day t, beside the high of the day after.

    The mean ranges over a week and a month beside the day's own are the terms of the heterogeneous
    autoregressive model (HAR: Corsi, "A simple approximate long-memory model of realized
    volatility", Journal of Financial Econometrics 7, 2009).

    Args:
        bars: Clean daily bars, one row a day, ascending.

    Returns:
        One row a day t from the 23rd day on, with columns date (t), target_date (t+1), high, close
        (index points on t), high_next (index points on t+1), then `FEATURES`: return_1 log(C/C₋₁),
        high_close log(H/C), low_close log(L/C), open_gap log(O/C₋₁), high_low log(H/L),
        volume_change log(V/V₋₁), range_5 and range_22 (mean high_low of the last 5 and 22 days) and
        abs_return |return_1|. On the last row target_date is NaT and high_next is NaN.

    Raises:
        DataError: If there are fewer than 24 rows.
    """
    if len(bars) < HISTORY + 2:
        raise DataError(
            f"{file_name(bars)} has only {len(bars)} trading days, and the features need "
            f"{HISTORY + 2}; extend the data."
        )
    log_open, log_high, log_low, log_close = (np.log(bars[name]) for name in PRICES)
    return_1 = log_close.diff()
    high_low = log_high - log_low
    features = pd.DataFrame(
        {
            "date": bars["date"],
            "target_date": bars["date"].shift(-1),
            "high": bars["high"],
            "close": bars["close"],
            "high_next": bars["high"].shift(-1),
            "return_1": return_1,
            "high_close": log_high - log_close,
            "low_close": log_low - log_close,
            "open_gap": log_open - log_close.shift(),
            "high_low": high_low,
            # log1p keeps a day without trade finite; beside millions of shares the 1 is nothing.
            "volume_change": np.log1p(bars["volume"]).diff(),
            "range_5": high_low.rolling(5).mean(),
            "range_22": high_low.rolling(22).mean(),
            "abs_return": return_1.abs(),
        }
    )
    features.attrs = dict(bars.attrs)
    return features.iloc[HISTORY:].reset_index(drop=True)
