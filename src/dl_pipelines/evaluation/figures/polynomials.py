"""A random polynomial, and what one linear layer has learned of it (second tutorial)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.polynomial import Polynomial

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import short

_EDGE = 2.5  # x from its negative to itself is drawn
_MOST = 1.96  # 95 % of standard normal x lie between its negative and itself


def polynomial_fit(learned: Sequence[float], actual: Sequence[float]) -> Figure:
    """The learned and the actual polynomial.

    Args:
        learned: Coefficients, the constant's first.
        actual: As many.

    Returns:
        Two panels: both curves, and learned minus actual.
    """
    x = np.linspace(-_EDGE, _EDGE, 401)
    own, other = Polynomial(learned)(x), Polynomial(actual)(x)
    gap = own - other
    worst = np.abs(gap[np.abs(x) <= _MOST]).max()
    figure, (curves, rest) = style.canvas(
        f"The learned polynomial is at most {short(worst)} off where 95\N{NO-BREAK SPACE}% of "
        "what it has seen lie",
        "Shaded: 95 % of the x of a batch, which are standard normal",
        rows=2,
        height=6.0,
        sharex=True,
        height_ratios=[2, 1],
    )
    for panel in (curves, rest):
        panel.axvspan(-_MOST, _MOST, fc=style.SHADE, zorder=0)
    curves.plot(x, own, color=style.ACCENT, lw=3.0, label="Learned")
    curves.plot(x, other, color=style.INK, lw=1.4, ls="--", label="Actual")
    rest.axhline(0.0, color=style.INK, lw=1.4, ls="--")
    rest.plot(x, gap, color=style.ACCENT, lw=2.0)
    curves.set_ylabel("y (no unit)")
    rest.set_ylabel("Learned \N{MINUS SIGN} actual\n(no unit)")
    rest.set_xlabel("x (no unit)")
    style.legend(curves)
    return figure


def polynomial_losses(history: pd.DataFrame, *, target: float, fresh_loss: float) -> Figure:
    """The loss of each batch until the first that is small enough.

    Args:
        history: One row a batch with the columns epoch (batches so far) and loss.
        target: The loss that ends training.
        fresh_loss: The learned polynomial's loss on many fresh points.

    Returns:
        One panel, logarithmic.
    """
    figure, (panel,) = style.canvas(
        f"Batch {history['epoch'].iloc[-1]} is the first with a loss below {target:g}; on fresh "
        f"points it is {short(fresh_loss)}",
        "A batch is small and each one new, so its loss says little: the fresh points' is the one "
        "to believe",
    )
    panel.plot(history["epoch"], history["loss"], color=style.ACCENT, lw=1.0, label="Batch")
    panel.axhline(target, color=style.ALERT, lw=1.4, ls="--", label="Ends training")
    panel.axhline(
        fresh_loss, color=style.INK, lw=1.4, ls=":", label="10,000 fresh points, at the end"
    )
    panel.set_yscale("log")
    panel.set_xlabel("Batch")
    panel.set_ylabel("Smooth-L1 loss (no unit)")
    style.legend(panel)
    return figure
