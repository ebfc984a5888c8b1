"""Nodes of `curve_fit`: thin adapters between the catalog and the layers below.

The four fits have one interface: points and a descent in, the course and the result out.
"""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.curve_fits import curve_metrics, curve_table, least_squares
from dl_pipelines.evaluation.curve_verdict import curve_verdict
from dl_pipelines.frames.parabola import noisy_parabola
from dl_pipelines.params.curve_fit import Curve, Descent, RandomPolynomial
from dl_pipelines.pipelines.curve_fit import adapters

DRAWN = ("numpy", "torch")  # the other fits look the same

Fit = dict[str, Any]


def draw_points(curve: Curve) -> pd.DataFrame:
    """Draw points around a parabola."""
    return noisy_parabola(**curve.model_dump())


def fit_numpy(points: pd.DataFrame, descent: Descent) -> tuple[pd.DataFrame, Fit]:
    """Fit by gradients that are written out in NumPy."""
    return adapters.fit("numpy", points, descent)


def fit_autograd(points: pd.DataFrame, descent: Descent) -> tuple[pd.DataFrame, Fit]:
    """Fit by gradients of torch, and steps by hand."""
    return adapters.fit("autograd", points, descent)


def fit_torch(points: pd.DataFrame, descent: Descent) -> tuple[pd.DataFrame, Fit]:
    """Fit by a layer, a loss and an optimizer of torch."""
    return adapters.fit("torch", points, descent)


def fit_tensorflow(points: pd.DataFrame, descent: Descent) -> tuple[pd.DataFrame, Fit]:
    """Fit by TensorFlow; nothing, and a sentence in the log, where it is not installed."""
    return adapters.fit("tensorflow", points, descent)


def learn_polynomial(polynomial: RandomPolynomial) -> tuple[pd.DataFrame, Fit]:
    """Learn a random polynomial by one linear layer."""
    return adapters.learn(polynomial)


def compare_fits(
    points: pd.DataFrame, curve: Curve, polynomial: Fit, **fits: Fit
) -> tuple[dict[str, float], pd.DataFrame, str]:
    """Compare the fits with least squares and with each other: in numbers, in a table, in words."""
    closed_form = least_squares(points)
    return (
        curve_metrics(fits, closed_form, polynomial),
        curve_table(fits, closed_form),
        curve_verdict(fits, closed_form, polynomial, w=curve.w, b=curve.b),
    )


def draw_figures(
    points: pd.DataFrame, curve: Curve, metrics: dict[str, float], **histories: pd.DataFrame
) -> dict[str, Figure]:
    """Draw the points, a fit by NumPy and one by torch, and all descents over each other."""
    ran = {way: history for way, history in histories.items() if len(history)}
    costs = {way: 1e6 * metrics[f"{way}.step_seconds"] for way in ran}
    true, smallest = {"w": curve.w, "b": curve.b}, metrics["least_squares.loss"]
    return {
        "points.png": figures.curve_points(points, **true),
        **{f"{way}_fit.png": figures.parabola_fit(points, ran[way], way, **true) for way in DRAWN},
        "descent.png": figures.descent_losses(ran, costs, smallest=smallest),
    }


def draw_polynomial(
    fit: Fit, history: pd.DataFrame, polynomial: RandomPolynomial
) -> dict[str, Figure]:
    """Draw what was learned of the polynomial, and how."""
    fresh_loss, target = fit["fresh_loss"], polynomial.target
    return {
        "function.png": figures.polynomial_fit(fit["learned"], fit["actual"]),
        "loss.png": figures.polynomial_losses(history, target=target, fresh_loss=fresh_loss),
    }
