"""Points of a parabola, the fits to them, and the way there. Book figures 2-10, 2-11 and 2-13."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.curve_fits import NAMES
from dl_pipelines.evaluation.curve_verdict import parabola_text
from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import short

# Colour and width of the line of each way: all lie on each other, the thinner on the wider.
_LOOKS = {
    "numpy": ("#E69F00", 9.0),
    "autograd": ("#0072B2", 6.0),
    "torch": ("#222222", 3.5),
    "tensorflow": ("#33BBEE", 1.2),
}
_SMOOTH = 400  # places at which a curve is drawn


def curve_points(points: pd.DataFrame, *, w: float, b: float) -> Figure:
    """The points, and the parabola that they were drawn around. Book figure 2-10.

    Args:
        points: Columns x and y.
        w: Factor of x² of that parabola.
        b: Its constant.

    Returns:
        One panel.
    """
    noise = points["y"] - (w * points["x"] ** 2 + b)
    figure, (panel,) = style.canvas(
        f"{len(points)} points of {parabola_text(w, b)} with noise",
        f"The noise has a mean of {style.signed(noise.mean(), 3)} and a standard deviation of "
        f"{short(noise.std())}",
        style.source_note(points),
    )
    _draw_points(panel, points["x"], points["y"])
    _draw_parabola(panel, points, w, b, color=style.MUTED, ls="--", lw=1.6, label="Without noise")
    _name_axes(panel)
    style.legend(panel)
    return figure


def parabola_fit(
    points: pd.DataFrame, history: pd.DataFrame, way: str, *, w: float, b: float
) -> Figure:
    """The parabola that one way has fitted. Book figures 2-11 (NumPy) and 2-13 (torch).

    The fitted and the true parabola nearly cover each other; the lower panel shows what is
    between them.

    Args:
        points: Columns x and y.
        history: The way's course: one row a step, the last one its result, with the columns epoch
            (steps so far), w and b.
        way: Its name.
        w: Factor of x² of the parabola that the points were drawn around.
        b: Its constant.

    Returns:
        Two panels: the curves, and what is left when the fitted one is taken away.
    """
    found, colour = history.iloc[-1], _LOOKS[way][0]
    figure, (curves, rest) = style.canvas(
        f"{_sentence_name(way)} finds {parabola_text(found['w'], found['b'])} after "
        f"{found['epoch']:.0f} steps from {parabola_text(history['w'][0], history['b'][0])}",
        f"The points were drawn around {parabola_text(w, b)}",
        rows=2,
        height=6.2,
        sharex=True,
        height_ratios=[2, 1],
    )
    fitted = found["w"] * points["x"] ** 2 + found["b"]
    _draw_points(curves, points["x"], points["y"])
    _draw_points(rest, points["x"], points["y"] - fitted)
    true: dict[str, Any] = {
        "color": style.MUTED,
        "ls": "--",
        "lw": 1.6,
        "label": "Without noise",
        "zorder": 3,
    }
    own: dict[str, Any] = {"color": colour, "lw": 2.2, "label": "Fitted"}
    _draw_parabola(curves, points, found["w"], found["b"], **own)
    _draw_parabola(curves, points, w, b, **true)
    _draw_parabola(rest, points, 0.0, 0.0, **own)
    _draw_parabola(rest, points, w - found["w"], b - found["b"], **true)
    _name_axes(curves, across="")
    _name_axes(rest, "y less the fitted\none (no unit)")
    style.legend(curves)
    return figure


def descent_losses(
    histories: Mapping[str, pd.DataFrame], costs: Mapping[str, float], *, smallest: float
) -> Figure:
    """The loss of each way by step, all over each other, and what a step costs.

    Args:
        histories: Way → its course: one row a step with the columns epoch (steps so far) and loss.
        costs: Way → microseconds a step.
        smallest: The smallest loss that there is, that of least squares.

    Returns:
        Two panels: the loss above the smallest one, on a logarithmic scale, and a bar a way.
    """
    first, last = ([h["loss"].iloc[end] for h in histories.values()] for end in (0, -1))
    figure, (losses, bars) = style.canvas(
        f"{len(histories)} ways, one descent: the loss falls from {short(max(first))} to "
        f"{short(max(last))}",
        f"Loss: mean squared error; the smallest there is, that of least squares, is "
        f"{short(smallest)}",
        "Time: median wall time of a step, one run",
        rows=2,
        height=6.4,
        height_ratios=[2, 1],
    )
    rounding = np.finfo(float).eps * smallest
    for way, history in histories.items():
        colour, width = _LOOKS[way]
        above = history["loss"] - smallest
        known = above > rounding  # below, the difference is one of rounding
        look: dict[str, Any] = {"color": colour, "lw": width, "label": NAMES[way]}
        losses.plot(history["epoch"][known], above[known], **look)
    losses.set_yscale("log")
    losses.set_xlabel("Step")
    losses.set_ylabel("Loss above the smallest (no unit)")
    style.legend(losses)
    _draw_costs(bars, costs)
    return figure


def _draw_costs(panel: Axes, costs: Mapping[str, float]) -> None:
    ways = [*costs][::-1]
    values = [costs[way] for way in ways]
    panel.barh(range(len(ways)), values, color=[_LOOKS[way][0] for way in ways], height=0.6)
    style.margin_texts(panel, [f"{short(value)} µs" for value in values])
    panel.set_yticks(range(len(ways)), [NAMES[way] for way in ways])
    panel.tick_params(axis="y", length=0)
    panel.grid(visible=False, axis="y")
    style.large_numbers(panel.xaxis)
    panel.set_xlabel("Time of a step (µs)")


def _sentence_name(way: str) -> str:
    name = NAMES[way]
    return name if name[1].isupper() or "." in name else name[0].upper() + name[1:]


def _draw_points(panel: Axes, x: pd.Series, y: pd.Series) -> None:
    panel.scatter(x, y, s=16, color=style.NEUTRAL, alpha=0.7, lw=0, label="Points")


def _draw_parabola(panel: Axes, points: pd.DataFrame, w: float, b: float, **look: Any) -> None:
    x = np.linspace(points["x"].min(), points["x"].max(), _SMOOTH)
    panel.plot(x, w * x**2 + b, **look)


def _name_axes(panel: Axes, upwards: str = "y (no unit)", across: str = "x (no unit)") -> None:
    panel.set_xlabel(across)
    panel.set_ylabel(upwards)
