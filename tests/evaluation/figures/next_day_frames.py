"""The forecast of a day, and those of the days before it."""

import numpy as np
import pandas as pd

FORECAST = pd.DataFrame(
    {
        "date": ["2019-02-04"],
        "forecast": [3450.0],
        "lower_80": [3400.0],
        "upper_80": [3500.0],
        "model_version": [7],
        "data_until": ["2019-01-25"],
    }
)


def past_of(bars: pd.DataFrame) -> pd.DataFrame:
    """Forecasts of more days than are shown; the first of them had no interval."""
    days = pd.bdate_range("2018-11-01", bars["date"].iloc[-1])
    level = np.linspace(3000.0, 3400.0, len(days))
    past = pd.DataFrame({"date": days, "forecast": level, "lower": level - 9, "upper": level + 9})
    return past.mask(past["date"] < "2018-12-20", np.nan).assign(date=days, forecast=level)
