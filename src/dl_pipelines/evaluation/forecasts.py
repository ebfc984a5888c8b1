"""The forecasts frame: what every evaluation and figure reads.

Columns: date (the day forecast), actual (its high), persistence, close, close_naive, har_ridge,
one `seed_<s>` for each model, forecast (their mean), and, where there is an interval, lower and
upper; all in index points.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.evaluation.conformal import rolling_interval

Floats = NDArray[np.float64]


def forecast_frame(
    references: pd.DataFrame,
    dates: NDArray[np.datetime64],
    per_seed: Floats,
    seeds: Sequence[int],
) -> pd.DataFrame:
    """Put models' forecasts beside the references.

    Args:
        references: Frame of `dl_pipelines.evaluation.baselines.reference_forecasts`.
        dates: Days forecast, ascending, [n].
        per_seed: Forecasts in index points, [S, n].
        seeds: The models' seeds, S of them.

    Returns:
        A forecasts frame with n rows, without an interval.
    """
    forecasts = pd.DataFrame({"date": dates}).merge(
        references, on="date", how="left", validate="one_to_one"
    )
    for seed, values in zip(seeds, per_seed, strict=True):
        forecasts[f"seed_{seed}"] = values
    forecasts["forecast"] = per_seed.mean(axis=0)
    return forecasts


def with_interval(
    forecasts: pd.DataFrame,
    scale: Floats,
    *,
    test_start: date,
    coverage: float,
    window: int,
) -> pd.DataFrame:
    """Add a conformal interval around the mean forecast.

    Args:
        forecasts: A forecasts frame that reaches back before the test.
        scale: Unit of the errors in index points, known when the forecast is made, [n].
        test_start: First day of the test; the interval starts there, calibrated before.
        coverage: Share of days the interval should hold.
        window: Days whose errors calibrate it.

    Returns:
        The frame with the columns lower and upper, NaN before the test.
    """
    lower, upper = rolling_interval(
        forecasts["actual"].to_numpy(),
        forecasts["forecast"].to_numpy(),
        scale,
        coverage=coverage,
        window=window,
        start=int(forecasts["date"].searchsorted(pd.Timestamp(test_start))),
    )
    return forecasts.assign(lower=lower, upper=upper)
