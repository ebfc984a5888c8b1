"""Point metrics of a forecast or prediction; shape legend: N of them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.errors import DataError


def aligned(*series: ArrayLike) -> list[NDArray[np.float64]]:
    """Arrays of one length without NaN.

    Args:
        *series: One-dimensional arrays [N].

    Returns:
        The arrays as float64.

    Raises:
        DataError: If they are empty, not one-dimensional, of different lengths or not finite.
    """
    arrays = [np.asarray(values, dtype=np.float64) for values in series]
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) > 1 or len(shapes[0]) != 1 or shapes[0] == (0,):
        raise DataError(
            f"forecasts and actual values have the shapes {', '.join(map(str, shapes))}; compare "
            "one-dimensional series of one length with at least one value."
        )
    for position, array in enumerate(arrays):
        wrong = ~np.isfinite(array)
        if wrong.any():
            raise DataError(
                f"series {position + 1} of {len(arrays)} has no finite value in row "
                f"{wrong.argmax() + 1} ({wrong.sum()} of {len(array)} rows); evaluate only rows "
                "with a forecast and an actual value."
            )
    return arrays


def rmse(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Root mean squared error of arrays [N], in their unit."""
    truth, guess = aligned(actual, forecast)
    return float(np.sqrt(np.mean((truth - guess) ** 2)))


def mae(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Mean absolute error of arrays [N], in their unit."""
    truth, guess = aligned(actual, forecast)
    return float(np.mean(np.abs(truth - guess)))


def mape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Mean absolute error over the actual value, arrays [N], as a fraction.

    Raises:
        DataError: If an actual value is 0.
    """
    truth, guess = aligned(actual, forecast)
    if not truth.all():
        raise DataError(
            f"the actual value in row {(truth == 0).argmax() + 1} is 0, so the percentage error is "
            "undefined; leave the row out."
        )
    return float(np.mean(np.abs((truth - guess) / truth)))


def direction_accuracy(actual: ArrayLike, forecast: ArrayLike, last: ArrayLike) -> float:
    """Share of forecasts [N] on the right side of the last value known, as a fraction.

    A forecast of no change is right only if there is none, so persistence scores about 0.
    """
    truth, guess, known = aligned(actual, forecast, last)
    return float(np.mean(np.sign(truth - known) == np.sign(guess - known)))


def skill(actual: ArrayLike, forecast: ArrayLike, reference: ArrayLike) -> float:
    """Skill of a forecast [N], 1 - RMSE / RMSE(reference), as a fraction; below 0 it loses.

    Raises:
        DataError: If the reference has no error at all.
    """
    scale = rmse(actual, reference)
    if scale == 0.0:
        raise DataError(
            "the reference forecast equals the actual values in every row, so no skill against it "
            "is defined; check that it does not see the future."
        )
    return 1.0 - rmse(actual, forecast) / scale


def r2(actual: ArrayLike, prediction: ArrayLike) -> float:
    """Coefficient of determination of predictions [N], 1 - SSE / SST, as a fraction.

    Raises:
        DataError: If the actual values do not vary.
    """
    truth, guess = aligned(actual, prediction)
    spread = np.sum((truth - truth.mean()) ** 2)
    if spread == 0.0:
        raise DataError(
            f"the {len(truth)} actual values are all {truth[0]:g}, so R² is undefined; evaluate on "
            "a test part with different values."
        )
    return float(1.0 - np.sum((truth - guess) ** 2) / spread)


def log_rmse(actual: ArrayLike, prediction: ArrayLike) -> float:
    """Root mean squared error of the natural logarithms of arrays [N], no unit.

    Raises:
        DataError: If a value is not positive.
    """
    truth, guess = aligned(actual, prediction)
    for kind, values in (("actual value", truth), ("prediction", guess)):
        if (values <= 0.0).any():
            row = int((values <= 0.0).argmax())
            raise DataError(
                f"the {kind} in row {row + 1} is {values[row]:g}, which has no logarithm; switch "
                "the log target off or correct the row."
            )
    return rmse(np.log(truth), np.log(guess))
