"""Prediction intervals from the errors of other rows; shape legend: N forecasts."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.evaluation.metrics import aligned
from dl_pipelines.evaluation.scores import check_enough, corrected_quantile, normalised_scores


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
    scores = normalised_scores(actual, forecast, scale)
    guess, unit = aligned(forecast, scale)
    check_enough(min(start, window), coverage)
    half_width = np.full(len(scores), np.nan)
    for row in range(start, len(scores)):
        past = scores[max(0, row - window) : row]
        half_width[row] = corrected_quantile(past, coverage) * unit[row]
    return guess - half_width, guess + half_width


def cross_interval(
    actual: ArrayLike, prediction: ArrayLike, split: ArrayLike, *, coverage: float = 0.9
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cross-conformal intervals around the predictions of resampled test parts.

    The half-width in a split is the corrected quantile (see `rolling_interval`) of the absolute
    errors in the test parts of all OTHER splits (Vovk, "Cross-conformal predictors", Annals of
    Mathematics and Artificial Intelligence 74, 2015; one quantile a split, as in the "CV"
    intervals of Barber et al., Annals of Statistics 49, 2021). Where splits overlap, a row's error
    in another split is among its scores: one or two in hundreds.

    Args:
        actual: Actual values of the test rows [N].
        prediction: Predictions by models that did not see the row [N].
        split: Number of each row's split [N].
        coverage: Share of actual values that the intervals should hold.

    Returns:
        Lower and upper bounds [N].

    Raises:
        SettingError: If the other splits hold too few rows for `coverage`.
    """
    truth, guess, number = aligned(actual, prediction, split)
    errors = np.abs(truth - guess)
    half_width = np.empty_like(errors)
    for inside in (number == value for value in np.unique(number)):
        half_width[inside] = corrected_quantile(errors[~inside], coverage)
    return guess - half_width, guess + half_width


def cross_conformal(
    actual: ArrayLike, prediction: ArrayLike, split: ArrayLike, *, coverages: Iterable[float]
) -> pd.DataFrame:
    """How often cross-conformal intervals hold the actual value, and how wide they are.

    Args:
        actual: Actual values of the test rows [N].
        prediction: Predictions by models that did not see the row [N].
        split: Number of each row's split [N].
        coverages: Nominal coverages, fractions.

    Returns:
        One row a coverage: coverage (nominal), empirical (fractions), width (mean, in the unit of
        the predictions) and rows (N).

    Raises:
        SettingError: If the other splits hold too few rows for a coverage.
    """
    intervals = {
        coverage: cross_interval(actual, prediction, split, coverage=coverage)
        for coverage in coverages
    }
    return _calibration(actual, intervals)


def split_conformal(
    actual: ArrayLike, prediction: ArrayLike, *, errors: ArrayLike, coverages: Iterable[float]
) -> pd.DataFrame:
    """The same of intervals from the errors on a validation part: split conformal prediction.

    Args:
        actual: Actual values of the test rows [N].
        prediction: Their predictions [N].
        errors: Errors on validation rows [m], made without having learnt from them.
        coverages: Nominal coverages, fractions.

    Returns:
        As `cross_conformal`.

    Raises:
        SettingError: If there are too few errors for a coverage.
    """
    guess, scores = np.asarray(prediction, dtype=float), np.abs(np.asarray(errors, dtype=float))
    half_widths = {coverage: corrected_quantile(scores, coverage) for coverage in coverages}
    return _calibration(
        actual, {key: (guess - half, guess + half) for key, half in half_widths.items()}
    )


def _calibration(
    actual: ArrayLike, intervals: Mapping[float, tuple[NDArray[np.float64], NDArray[np.float64]]]
) -> pd.DataFrame:
    """Coverage and width of the intervals of each nominal coverage."""
    return pd.DataFrame(
        [
            {
                "coverage": coverage,
                "empirical": interval_coverage(actual, lower, upper),
                "width": interval_width(lower, upper),
                "rows": len(lower),
            }
            for coverage, (lower, upper) in intervals.items()
        ]
    )


def interval_coverage(actual: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> float:
    """Share of actual values [N] within their interval, bounds included, as a fraction."""
    truth, low, high = aligned(actual, lower, upper)
    return float(np.mean((low <= truth) & (truth <= high)))


def interval_width(lower: ArrayLike, upper: ArrayLike) -> float:
    """Mean width of intervals [N], in their unit."""
    low, high = aligned(lower, upper)
    return float(np.mean(high - low))
