"""Prediction intervals from past errors; shape legend: N forecasts."""

from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.evaluation.metrics import aligned

_MIN_SCORES = 100


def rolling_interval(
    actual: ArrayLike,
    forecast: ArrayLike,
    scale: ArrayLike,
    *,
    coverage: float = 0.9,
    window: int = 500,
    start: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rolling split-conformal intervals around forecasts.

    The half-width of row i is scale[i] times a quantile of the scores |actual - forecast| / scale
    of the `window` rows before it: the ⌈(m + 1) · coverage⌉-th smallest of m scores, the
    finite-sample correction of split conformal prediction (Lei et al., "Distribution-free
    predictive inference for regression", JASA 113, 2018; normalised scores as in their section 5).

    Args:
        actual: Actual values [N]; row i enters from row i + 1 on.
        forecast: Forecasts [N].
        scale: Expected size of the error [N], positive, known when the forecast is made.
        coverage: Share of actual values that the intervals should hold.
        window: Past rows used, at most.
        start: First row that gets an interval; at least 100 rows must come before it.

    Returns:
        Lower and upper bounds [N]; NaN before `start`.

    Raises:
        SettingError: If too few rows come before `start`, or `window` is too short for `coverage`.
        DataError: If a scale is not positive.
    """
    truth, guess, unit = aligned(actual, forecast, scale)
    if (unit <= 0.0).any():
        raise DataError(
            f"the scale of the intervals is {unit.min():g} in row {unit.argmin() + 1}; it must be "
            "positive."
        )
    # Below this many scores the corrected quantile would be infinite.
    needed = max(_MIN_SCORES, ceil(coverage / (1.0 - coverage)))
    if min(start, window) < needed:
        raise SettingError(
            f"intervals of coverage {coverage:g} need {needed} past forecasts, and there are "
            f"{min(start, window)}; set a longer validation part or window."
        )
    scores = np.abs(truth - guess) / unit
    half_width = np.full(len(scores), np.nan)
    for row in range(start, len(scores)):
        past = scores[max(0, row - window) : row]
        rank = ceil((len(past) + 1) * coverage)
        half_width[row] = np.partition(past, rank - 1)[rank - 1] * unit[row]
    return guess - half_width, guess + half_width


def interval_coverage(actual: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> float:
    """Share of actual values [N] within their interval, bounds included, as a fraction."""
    truth, low, high = aligned(actual, lower, upper)
    return float(np.mean((low <= truth) & (truth <= high)))


def interval_width(lower: ArrayLike, upper: ArrayLike) -> float:
    """Mean width of intervals [N], in their unit."""
    low, high = aligned(lower, upper)
    return float(np.mean(high - low))
