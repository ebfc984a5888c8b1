"""What a monitor finds, in small tables."""

import numpy as np
import pandas as pd

RECORD = {
    "days": 200.0,
    "rmse": 20.0,
    "mae": 15.0,
    "scaled_rmse": 0.5,
    "scaled_mae": 0.4,
    "skill_vs_persistence": 0.2,
    "skill_vs_close_naive": 0.1,
    "coverage": 0.9,
    "half_width": 0.8,
    "scores": np.abs(np.random.default_rng(0).normal(scale=0.49, size=200)).tolist(),
    "from": "2018-01-02",
    "until": "2018-12-28",
}


def drift() -> pd.DataFrame:
    """A feature that has drifted, one with a large and one with a moderate index."""
    return pd.DataFrame(
        {
            "feature": ["return_1", "range_22", "volume_change"],
            "psi": [0.12, 2.5, 0.44],
            "ks": [0.05, 0.6, 0.13],
            "p_iid": [0.3, 1e-9, 1e-4],
            "p_value": [0.4, 0.2, 0.001],
            "p_holm": [0.4, 0.4, 0.003],
            "mean_then": [0.0, 0.02, 0.0],
            "mean_now": [0.001, 0.01, 0.0],
            "drifted": [False, False, True],
        }
    )


def features(days: int, start: str, scale: float = 1.0) -> pd.DataFrame:
    """The features of `drift`, drawn anew."""
    random = np.random.default_rng(days)
    names = drift()["feature"]
    values = {name: scale * random.normal(size=days) for name in names}
    dates = pd.bdate_range(start, periods=days + 1)
    return pd.DataFrame({"date": dates[:-1], "target_date": dates[1:], **values})


def forecasts(days: int = 120, *, error: float = 20.0) -> pd.DataFrame:
    """Forecasts with errors of a given size in points; a mean range is 40 points."""
    random = np.random.default_rng(days)
    actual = 3000.0 + random.normal(scale=50.0, size=days).cumsum()
    forecast = actual + random.normal(scale=error, size=days)
    return pd.DataFrame(
        {
            "date": pd.bdate_range("2019-01-02", periods=days),
            "actual": actual,
            "persistence": actual + random.normal(scale=30.0, size=days),
            "close_naive": actual + random.normal(scale=24.0, size=days),
            "forecast": forecast,
            "lower": forecast - 0.8 * 40.0,
            "upper": forecast + 0.8 * 40.0,
            "scale": 40.0,
        }
    )
