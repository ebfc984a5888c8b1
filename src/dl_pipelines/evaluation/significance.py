"""Whether one forecast is better than another by more than luck."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.metrics import aligned

LEVEL = 0.05
"""From this p-value on a difference is said to be possible luck."""


class DieboldMariano(NamedTuple):
    """Result of a Diebold-Mariano test.

    Attributes:
        statistic: Below 0 if the first forecast has the smaller loss.
        p_value: Two-sided, of equal expected losses.
    """

    statistic: float
    p_value: float


def diebold_mariano(
    actual: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    horizon: int = 1,
    power: Literal[1, 2] = 2,
) -> DieboldMariano:
    """Test whether two forecasts have the same expected loss.

    Diebold and Mariano, "Comparing predictive accuracy", JBES 13, 1995, with the small-sample
    correction and Student's t of Harvey, Leybourne and Newbold, "Testing the equality of prediction
    mean squared errors", IJF 13, 1997. Two equal forecasts give statistic 0 and p-value 1.

    Args:
        actual: Actual values [N].
        first: First forecast [N].
        second: Second forecast [N].
        horizon: Steps ahead; autocovariances of the loss difference up to horizon - 1 count.
        power: 1 compares absolute errors, 2 squared ones.

    Raises:
        DataError: If there are not more forecasts than steps ahead, or the autocovariances add up
            to no positive variance.
    """
    from scipy.special import stdtr  # noqa: PLC0415 - heavy: imported when used

    truth, one, two = aligned(actual, first, second)
    difference = np.abs(truth - one) ** power - np.abs(truth - two) ** power
    n = len(difference)
    if n <= max(horizon, 1):
        raise DataError(
            f"{n} forecasts are too few for a Diebold-Mariano test {horizon} steps ahead; evaluate "
            "a longer period."
        )
    if not difference.any():
        return DieboldMariano(0.0, 1.0)
    centred = difference - difference.mean()
    covariances = [centred[lag:] @ centred[: n - lag] / n for lag in range(horizon)]
    variance = (covariances[0] + 2.0 * sum(covariances[1:])) / n
    if variance <= 0.0:
        raise DataError(
            "the loss differences have no positive variance, so the Diebold-Mariano test is "
            "undefined; use a longer period or horizon 1."
        )
    correction = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    statistic = float(np.sqrt(correction / variance) * difference.mean())
    return DieboldMariano(statistic, float(2.0 * stdtr(n - 1, -abs(statistic))))


class ResampledTTest(NamedTuple):
    """Result of a corrected resampled t-test.

    Attributes:
        mean_difference: First minus second, in the unit of the figures.
        statistic: Below 0 if the first figures are smaller on average.
        p_value: Two-sided, of equal expected figures.
    """

    mean_difference: float
    statistic: float
    p_value: float


def corrected_resampled_t_test(
    first: ArrayLike, second: ArrayLike, *, test_share: float
) -> ResampledTTest:
    """Test whether two models have the same expected figure of merit over resampled splits.

    Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 2003: the
    training parts of the splits overlap, so the variance of the mean of J differences is not s² / J
    but s² (1 / J + n_test / n_train). Bouckaert and Frank 2004 recommend it for repeated k-fold
    cross-validation too. Two equal models give statistic 0 and p-value 1.

    Args:
        first: One figure a split [J].
        second: The other model's figures on the same splits [J].
        test_share: Test rows over training rows of a split, such as 1 / 9 in 10 folds.

    Raises:
        DataError: If there are fewer than two splits.
    """
    from scipy.special import stdtr  # noqa: PLC0415 - heavy: imported when used

    one, two = aligned(first, second)
    difference = one - two
    n = len(difference)
    if n < 2:  # noqa: PLR2004 - no variance of one difference
        raise DataError(
            "one split is too few for a corrected resampled t-test; evaluate on two or more."
        )
    if not difference.any():
        return ResampledTTest(0.0, 0.0, 1.0)
    variance = difference.var(ddof=1) * (1.0 / n + test_share)
    with np.errstate(divide="ignore"):  # the same difference in every split: p-value 0
        statistic = float(difference.mean() / np.sqrt(variance))
    return ResampledTTest(
        float(difference.mean()), statistic, float(2.0 * stdtr(n - 1, -abs(statistic)))
    )
