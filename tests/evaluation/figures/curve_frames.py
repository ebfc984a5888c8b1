"""Points of a parabola and descents to it, as figures take them."""

import numpy as np
import pandas as pd

from dl_pipelines.evaluation import figures

TRUE = {"w": 3.0, "b": 2.0}
COSTS = {"numpy": 12.0, "autograd": 80.0, "torch": 130.0, "tensorflow": 2100.0}


def points() -> pd.DataFrame:
    """Five points whose noise is 0.1, -0.1, 0, 0.1 and -0.1."""
    x = np.linspace(-1.0, 1.0, 5)
    table = pd.DataFrame({"x": x, "y": 3.0 * x**2 + 2.0 + [0.1, -0.1, 0.0, 0.1, -0.1]})
    table.attrs["source"] = "drawn with seed 7"
    return table


def history() -> pd.DataFrame:
    """A descent of two steps to y = 2.9x² + 2.05 and a loss of 0.011."""
    return pd.DataFrame(
        {"epoch": [0, 1, 2], "w": [0.5, 2.0, 2.9], "b": [0.25, 2.0, 2.05], "loss": [7, 0.5, 0.011]}
    )


def batches() -> pd.DataFrame:
    """Three batches, the last one below 0.001."""
    return pd.DataFrame({"epoch": [1, 2, 3], "loss": [20.0, 0.5, 0.0005]})


LEARNED, ACTUAL = (1.1, -2.0, 3.0), (1.0, -2.0, 3.0)

FIGURES = {
    "curve_points": lambda _: figures.curve_points(points(), **TRUE),
    "parabola_fit": lambda _: figures.parabola_fit(points(), history(), "tensorflow", **TRUE),
    "descent_losses": lambda _: figures.descent_losses(
        dict.fromkeys(COSTS, history()), COSTS, smallest=0.01
    ),
    "polynomial_fit": lambda _: figures.polynomial_fit(LEARNED, ACTUAL),
    "polynomial_losses": lambda _: figures.polynomial_losses(
        batches(), target=1e-3, fresh_loss=0.004
    ),
}
"""Name of a figure → how it is drawn, for `test_layout`."""
