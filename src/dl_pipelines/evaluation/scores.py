"""Scores of conformal prediction and their quantile; shape legend: N forecasts, m scores."""

from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.evaluation.metrics import aligned

_MIN_SCORES = 100


def scores_needed(coverage: float) -> int:
    """Scores without which the corrected quantile would be infinite, or rest on a few days.

    Args:
        coverage: Share of actual values that an interval should hold.
    """
    return max(_MIN_SCORES, ceil(coverage / (1.0 - coverage)))


def normalised_scores(
    actual: ArrayLike, forecast: ArrayLike, scale: ArrayLike
) -> NDArray[np.float64]:
    """The scores |actual - forecast| / scale, [N].

    Normalised scores as in Lei et al., "Distribution-free predictive inference for regression",
    JASA 113, 2018, section 5.

    Args:
        actual: Actual values [N].
        forecast: Forecasts [N].
        scale: Expected size of the error [N], positive, known when the forecast is made.

    Raises:
        DataError: If a scale is not positive.
    """
    truth, guess, unit = aligned(actual, forecast, scale)
    if (unit <= 0.0).any():
        raise DataError(
            f"the scale of the intervals is {unit.min():g} in row {unit.argmin() + 1}; it must be "
            "positive."
        )
    return np.abs(truth - guess) / unit


def corrected_quantile(scores: NDArray[np.float64], coverage: float) -> float:
    """The ⌈(m + 1) · coverage⌉-th smallest of m scores (Lei et al. 2018).

    Raises:
        SettingError: If the scores are too few for the coverage.
    """
    rank = ceil((len(scores) + 1) * coverage)
    if rank > len(scores):
        raise SettingError(
            f"an interval of coverage {coverage:g} needs more than the {len(scores)} errors of "
            "other rows that there are; leave it out of the setting 'coverages', or use more rows."
        )
    return float(np.partition(scores, rank - 1)[rank - 1])


def check_enough(scores: int, coverage: float) -> None:
    """Find too few past forecasts to calibrate an interval.

    Raises:
        SettingError: If they are fewer than `scores_needed`.
    """
    if scores < (needed := scores_needed(coverage)):
        raise SettingError(
            f"intervals of coverage {coverage:g} need {needed} past forecasts, and there are "
            f"{scores}; set a longer validation part or window."
        )
