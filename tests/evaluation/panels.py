"""A small panel of forecasts."""

import numpy as np
import pandas as pd


def forecasts(symbols=6, days=4, *, seed=0):
    """Forecasts of some symbols; `forecast` errs half as much as `har_ridge`."""
    random = np.random.default_rng(seed)
    shape = symbols * days
    close = np.repeat(10.0 * np.arange(1, symbols + 1), days)
    rise, error = random.uniform(0.01, 0.05, shape), random.normal(0.0, 0.01, shape)
    return pd.DataFrame(
        {
            "ts_code": pd.Categorical(np.repeat([f"60000{n}.SH" for n in range(symbols)], days)),
            "date": np.tile(pd.date_range("2020-01-01", periods=days), symbols),
            "part": "test",
            "actual": close * (1.0 + rise),
            "close": close,
            "persistence": close,
            "close_naive": close * 1.02,
            "har_ridge": close * (1.0 + rise + error),
            "forecast": close * (1.0 + rise + error / 2.0),
        }
    )
