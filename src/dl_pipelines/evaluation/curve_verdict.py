"""What the fits of a parabola and of a polynomial say, in plain words."""

from collections.abc import Mapping, Sequence
from typing import Any

from dl_pipelines.evaluation.curve_fits import (
    NAMES,
    coefficient_error,
    curve_table,
    gradient_disagreement,
)
from dl_pipelines.evaluation.wording import short

MISSING = (
    "TensorFlow is not installed, so its fit is left out: pip install 'dl_pipelines[tensorflow]'."
)
_SAME = 1e-6  # gradients in float64 that differ by less are the same


def curve_verdict(
    fits: Mapping[str, Mapping[str, Any]],
    closed_form: Mapping[str, float],
    polynomial: Mapping[str, Any],
    *,
    w: float,
    b: float,
) -> str:
    """Say in words what was fitted, how well, and what each way costs.

    Args:
        fits: Name → fit, as in `curve_fits`.
        closed_form: Of `curve_fits.least_squares`.
        polynomial: As in `curve_fits.curve_metrics`.
        w: The factor that the points were drawn with.
        b: The constant that they were drawn with.

    Returns:
        A few sentences, then the learned and the actual polynomial, a line each.
    """
    ran = {way: fit for way, fit in fits.items() if fit}
    sentences = [
        _result(ran, closed_form, w=w, b=b),
        _agreement(ran),
        _cost(ran),
        *(_unfinished(way) for way, fit in ran.items() if not fit["converged"]),
        *([] if fits["tensorflow"] else [MISSING]),
        _polynomial(polynomial),
    ]
    functions = [
        f"==> Learned function: {function_text(polynomial['learned'])}",
        f"==> Actual function:  {function_text(polynomial['actual'])}",
    ]
    return "\n".join([" ".join(sentences), *functions])


def function_text(coefficients: Sequence[float]) -> str:
    """A polynomial as the tutorial prints it: 'y = +7.70 x^1 -1.47 x^2 -5.42'.

    Args:
        coefficients: The constant's first, then by power.
    """
    constant, *rest = coefficients
    terms = [f"{factor:+.2f} x^{power}" for power, factor in enumerate(rest, start=1)]
    return " ".join(["y =", *terms, f"{constant:+.2f}"])


def _result(
    ran: Mapping[str, Mapping[str, Any]], closed_form: Mapping[str, float], *, w: float, b: float
) -> str:
    distance = curve_table(ran, closed_form)["off"].max()
    first, steps = next(iter(ran.values())), {fit["steps"] for fit in ran.values()}
    counted = " to ".join(str(count) for count in sorted({min(steps), max(steps)}))
    return (
        f"Points of {parabola_text(w, b)} with noise: {len(ran)} ways of descent end after "
        f"{counted} steps at {parabola_text(first['w'], first['b'])}, at most {distance:.1g} from "
        f"least squares, which takes no steps and whose standard errors are "
        f"{short(closed_form['w_se'])} and {short(closed_form['b_se'])}."
    )


def parabola_text(w: float, b: float) -> str:
    """A parabola with four digits at most: 'y = 2.95x² + 2.025'."""
    return f"y = {w:.4g}x² {'-' if b < 0 else '+'} {abs(b):.4g}"


def _agreement(ran: Mapping[str, Mapping[str, Any]]) -> str:
    gap, points = gradient_disagreement(ran), len(next(iter(ran.values()))["gradients"])
    verb = "agree" if gap <= _SAME else "do NOT agree"
    return f"Their gradients {verb} at {points} common points (largest difference {gap:.1g})."


def _cost(ran: Mapping[str, Mapping[str, Any]]) -> str:
    costs = [f"{short(1e6 * fit['step_seconds'])} by {NAMES[way]}" for way, fit in ran.items()]
    return f"Microseconds a step: {', '.join(costs)}."


def _unfinished(way: str) -> str:
    return (
        f"The descent by {NAMES[way]} was not at rest when its steps ended: raise "
        "curve_fit.descent.max_steps or curve_fit.descent.lr."
    )


def _polynomial(polynomial: Mapping[str, Any]) -> str:
    return (
        f"One linear layer learned a random polynomial to a smooth-L1 loss of "
        f"{polynomial['loss']:.6f} after {polynomial['steps']} batches; training ends with the "
        f"first lucky batch, so on fresh points the loss is {polynomial['fresh_loss']:.6f}, and "
        f"coefficients are off by up to {short(coefficient_error(polynomial))}."
    )
