"""Four fits of wx² + b beside least squares, and a learned polynomial, in numbers.

A fit is a mapping with w, b, loss (mean squared error), steps, seconds (wall time of all steps),
step_seconds (their median), converged (whether it came to rest) and gradients (pairs of
derivatives at points that all fits share); it is empty where its way could not run.
"""

import time
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

NAMES = {
    "numpy": "NumPy",
    "autograd": "autograd by hand",
    "torch": "torch.nn and torch.optim",
    "tensorflow": "TensorFlow",
    "least_squares": "least squares",
}
_FIGURES = ("w", "b", "loss", "steps", "seconds", "step_seconds")


def least_squares(points: pd.DataFrame) -> dict[str, float]:
    """The closed form that every descent on the mean squared error can only approach.

    Args:
        points: Columns x and y, three rows at least.

    Returns:
        w, b, loss and seconds, and the standard errors `w_se` and `b_se` of independent noise with
        one variance.
    """
    start = time.perf_counter()
    columns = np.stack([points["x"] ** 2, np.ones(len(points))], axis=1)
    (w, b), *_ = np.linalg.lstsq(columns, points["y"], rcond=None)
    seconds = time.perf_counter() - start
    loss = parabola_loss(points, w, b)
    variance = loss * len(points) / (len(points) - 2)
    w_se, b_se = np.sqrt(variance * np.diag(np.linalg.inv(columns.T @ columns)))
    found = {"w": w, "b": b, "loss": loss, "seconds": seconds, "w_se": w_se, "b_se": b_se}
    return {name: float(value) for name, value in found.items()}


def parabola_loss(points: pd.DataFrame, w: float, b: float) -> float:
    """Mean squared error of wx² + b on points with the columns x and y."""
    return float(np.mean((w * points["x"] ** 2 + b - points["y"]) ** 2))


def gradient_disagreement(fits: Mapping[str, Mapping[str, Any]]) -> float:
    """The largest difference between two fits' derivatives at the points that all share.

    Args:
        fits: Name → fit, two that are not empty at least.
    """
    known = [np.asarray(fit["gradients"]) for fit in fits.values() if fit]
    return max(float(np.abs(one - other).max()) for one, other in combinations(known, 2))


def curve_metrics(
    fits: Mapping[str, Mapping[str, Any]],
    closed_form: Mapping[str, float],
    polynomial: Mapping[str, Any],
) -> dict[str, float]:
    """All figures, flat.

    Args:
        fits: Name → fit; what is empty has no figures.
        closed_form: Of `least_squares`.
        polynomial: loss, fresh_loss, steps, seconds, and the coefficients actual and learned.

    Returns:
        `<way>.w` and so on, `least_squares.…`, `gradient_disagreement`, `polynomial.…`.
    """
    metrics = {
        f"{way}.{figure}": float(fit[figure])
        for way, fit in fits.items()
        if fit
        for figure in _FIGURES
    }
    metrics |= {f"least_squares.{figure}": value for figure, value in closed_form.items()}
    metrics["gradient_disagreement"] = gradient_disagreement(fits)
    for figure in ("loss", "fresh_loss", "steps", "seconds"):
        metrics[f"polynomial.{figure}"] = float(polynomial[figure])
    return metrics | {"polynomial.largest_error": coefficient_error(polynomial)}


def coefficient_error(polynomial: Mapping[str, Any]) -> float:
    """The largest difference between a learned and an actual coefficient."""
    return float(np.abs(np.subtract(polynomial["learned"], polynomial["actual"])).max())


def curve_table(
    fits: Mapping[str, Mapping[str, Any]], closed_form: Mapping[str, float]
) -> pd.DataFrame:
    """One row a way that could run, then least squares.

    Args:
        fits: Name → fit.
        closed_form: Of `least_squares`.

    Returns:
        Columns way, w, b, loss, off (the larger of the differences of w and b from those of least
        squares), steps, ms and µs/step (the median); least squares takes no steps.
    """
    rows = {way: fit for way, fit in fits.items() if fit} | {"least_squares": closed_form}
    return pd.DataFrame(
        [
            {
                "way": way,
                "w": fit["w"],
                "b": fit["b"],
                "loss": fit["loss"],
                "off": max(abs(fit[name] - closed_form[name]) for name in ("w", "b")),
                "steps": fit.get("steps", 0),
                "ms": 1e3 * fit["seconds"],
                "µs/step": 1e6 * fit.get("step_seconds", np.nan),
            }
            for way, fit in rows.items()
        ]
    )
