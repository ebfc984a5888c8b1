"""How optimizers learn: book figures 3-6 and 5-17, redrawn with bands.

`losses` is a frame with one row a measurement: optimizer, rate, seed, step and loss (of the test
rows, at the chosen rates); `ranking` one of `optimizer_ranks.rank_optimizers`.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.bootstrap import Bootstrap, median_band
from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.optimizer_runs import by_step
from dl_pipelines.evaluation.optimizer_verdict import OPTIMIZER_NAMES, switch_finding
from dl_pipelines.evaluation.wording import short

OPTIMIZER_COLOURS = {
    "sgd": "#8C8C8C",
    "momentum": "#0072B2",
    "nag": "#56B4E9",
    "adagrad": "#009E73",
    "rmsprop": "#E69F00",
    "adam": "#D55E00",
    "adamw": "#CC79A7",
    "adam_sgd": "#332288",
}
"""Colours of Okabe and Ito 2008, and of Tol 2021 where these are too few."""
BANDS = (
    "Lines: median of the seeds; bands: 95 %, bootstrap over the seeds, for the chosen rate only"
)

_FAMILIES = {
    "One rate for all weights": ("sgd", "momentum", "nag"),
    "A rate for each weight": ("adagrad", "rmsprop", "adam", "adamw"),
}
_SWITCH = ("adam", "momentum", "adam_sgd")
_TOP = 1.5  # times the loss before the first step: what lies above has diverged


class Shown(NamedTuple):
    """What figures call a task and its loss, with the loss's unit."""

    task: str
    loss: str


def optimizer_curves(
    losses: pd.DataFrame, ranking: pd.DataFrame, bootstrap: Bootstrap, shown: Shown
) -> Figure:
    """Test loss by step of each optimizer. Book figure 3-6.

    Args:
        losses: See above.
        ranking: See above.
        bootstrap: Of the bands.
        shown: The task.

    Returns:
        Two panels on one logarithmic scale: optimizers with one rate for all weights, and those
        that give each weight a rate of its own.
    """
    figure, panels = style.canvas(
        f"{shown.task}: {_lowest(ranking)}",
        f"{losses['seed'].nunique()} seeds that chose no rate",
        BANDS,
        columns=2,
        sharey=True,
    )
    for panel, (family, names) in zip(panels, _FAMILIES.items(), strict=True):
        style.subtitle(panel, family)
        _draw(panel, losses, names, bootstrap)
    panels[0].set_ylabel(f"Test loss ({shown.loss})")
    return figure


def _lowest(ranking: pd.DataFrame) -> str:
    best, first = ranking.iloc[0], int((ranking["rank"] == 1).sum())
    if not np.isfinite(best["loss"]):
        return "all optimizers diverge"
    tied = f", tied with {first - 1} of {len(ranking) - 1} others" if first > 1 else ""
    return f"{OPTIMIZER_NAMES[best['optimizer']]} ends lowest ({short(best['loss'])}){tied}"


def optimizer_switch(
    losses: pd.DataFrame,
    ranking: pd.DataFrame,
    bootstrap: Bootstrap,
    shown: Shown,
    *,
    switch: int,
) -> Figure:
    """Adam, then SGD with momentum, against both alone. Book figure 5-17.

    Args:
        losses: See above.
        ranking: See above, with these three.
        bootstrap: Of the bands.
        shown: The task.
        switch: Step after which Adam ends.

    Returns:
        One panel on a logarithmic scale.
    """
    figure, (panel,) = style.canvas(
        f"{shown.task}: {switch_finding(ranking)}",
        f"{losses['seed'].nunique()} seeds that chose no rate",
        BANDS,
        "Dashed: where SGD with momentum takes over",
    )
    _draw(panel, losses, _SWITCH, bootstrap)
    panel.axvline(switch, color=style.INK, linestyle="--", linewidth=1)
    panel.set_ylabel(f"Test loss ({shown.loss})")
    return figure


def _draw(panel: Axes, losses: pd.DataFrame, names: Iterable[str], bootstrap: Bootstrap) -> None:
    """A line and a band an optimizer that was compared; a diverged one leaves the panel."""
    top = _TOP * losses.loc[losses["step"] == 0, "loss"].max()
    for name in names:
        own = losses[losses["optimizer"] == name]
        if own.empty:
            continue
        course = by_step(own).fillna(np.inf).clip(upper=top)
        low, high = median_band(course, bootstrap)
        colour, steps, rate = OPTIMIZER_COLOURS[name], course.columns, own["rate"].iloc[0]
        panel.fill_between(steps, low, high, color=colour, alpha=0.18, lw=0)
        label = f"{OPTIMIZER_NAMES[name]} ({rate:g})"
        panel.plot(steps, course.median(), color=colour, linewidth=1.8, label=label)
    panel.set_yscale("log")
    style.log_ticks(panel.yaxis)
    style.large_numbers(panel.xaxis)
    panel.set_xlabel("Optimizer steps")
    if panel.lines:  # of a family that was not compared there are none
        style.legend(panel, title="Optimizer (learning rate)", title_fontsize=9)
