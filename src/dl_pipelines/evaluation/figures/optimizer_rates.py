"""How much optimizers depend on their learning rate, and how they rank at the chosen one."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.optimizers import OPTIMIZER_COLOURS, Shown
from dl_pipelines.evaluation.optimizer_runs import final_losses, rate_medians
from dl_pipelines.evaluation.optimizer_verdict import OPTIMIZER_NAMES, listed

_NEAR = 1.25  # times the smallest loss of an optimizer
_ROOM = 1.3  # above the largest loss shown, a factor
_BEYOND = 1.1  # times the largest end of a band or median: seeds further out stand at the border
_ASIDE = 1.05  # between crosses at one rate, a factor


def optimizer_sensitivity(trials: pd.DataFrame, shown: Shown) -> Figure:
    """Validation loss at the end by learning rate.

    Args:
        trials: Losses of the validation rows at all rates: optimizer, rate, seed, step and loss.
        shown: The task.

    Returns:
        One panel with a line an optimizer; crosses on its upper border are rates at which most
        seeds diverged.
    """
    tried = rate_medians(trials)
    near = tried["loss"] <= _NEAR * tried.groupby("optimizer")["loss"].transform("min")
    counts = near.groupby(tried["optimizer"], sort=False).sum()
    most = [OPTIMIZER_NAMES[str(name)] for name in counts.index[counts == counts.max()]]
    verb, whose = ("forgive", "their") if most[1:] else ("forgives", "its")
    figure, (panel,) = style.canvas(
        f"{shown.task}: {listed(most)} {verb} most, with {counts.max()} of "
        f"{tried['rate'].nunique()} rates within 25 % of {whose} best loss",
        f"Median of {trials['seed'].nunique()} seeds; crosses: most diverged",
        f"{OPTIMIZER_NAMES['adam_sgd']}: by the rate of Adam",
    )
    _draw_rates(panel, tried)
    panel.set_xlabel("Learning rate")
    panel.set_ylabel(f"Validation loss ({shown.loss})")
    style.legend(panel, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _draw_rates(panel: Axes, tried: pd.DataFrame) -> None:
    top = _ROOM * tried.loc[np.isfinite(tried["loss"]), "loss"].max()
    middle = (tried["optimizer"].nunique() - 1) / 2
    for place, (key, own) in enumerate(tried.groupby("optimizer", sort=False)):
        name, known = str(key), np.isfinite(own["loss"])
        colour, losses = OPTIMIZER_COLOURS[name], own["loss"].where(known)
        label = OPTIMIZER_NAMES[name]
        panel.plot(own["rate"], losses, "o-", ms=4, lw=1.6, color=colour, label=label)
        # else the last cross hides the others
        beside = own.loc[~known, "rate"] * _ASIDE ** (place - middle)
        panel.plot(beside, np.full(len(beside), top), "x", ms=5, color=colour)
    panel.set(xscale="log", yscale="log")
    style.log_ticks(panel.xaxis, (1.0,))
    style.log_ticks(panel.yaxis)


def optimizer_ranking(losses: pd.DataFrame, ranking: pd.DataFrame, shown: Shown) -> Figure:
    """Test loss at the end with its band: a row an optimizer, the best on top.

    Args:
        losses: Of the test rows at the chosen rates.
        ranking: Frame of `optimizer_ranks.rank_optimizers`.
        shown: The task.

    Returns:
        One panel; seeds far beyond the bands, diverged ones too, are triangles at its border.
    """
    first = [OPTIMIZER_NAMES[name] for name in ranking.loc[ranking["rank"] == 1, "optimizer"]]
    figure, (panel,) = style.canvas(
        f"{shown.task}: {listed(first)} {'share' if first[1:] else 'has'} the first rank",
        "Rank: one more than the optimizers whose band lies wholly below; = where it is shared",
        "Dots: seeds, as triangles far beyond; diamonds: their median; bars: 95 %, bootstrap",
        height=2.0 + 0.36 * len(ranking),
    )
    ends, labels = final_losses(losses), []
    middles_and_ends = ranking[["loss", "high"]].to_numpy()
    border = _BEYOND * float(middles_and_ends[np.isfinite(middles_and_ends)].max(initial=0.0))
    for place, row in enumerate(ranking.to_dict("records")):
        name = row["optimizer"]
        seeds = ends.loc[ends["optimizer"] == name, "loss"]
        _draw_row(panel, -place, row, seeds.clip(upper=border), border)
        shared = "=" if (ranking["rank"] == row["rank"]).sum() > 1 else ""
        labels.append(f"{row['rank']}{shared}  {OPTIMIZER_NAMES[name]}")
    panel.set_yticks(-np.arange(len(ranking)), labels)
    panel.tick_params(axis="y", length=0)
    panel.grid(visible=False, axis="y")
    panel.set_xlabel(f"Test loss ({shown.loss})")
    panel.set_ylabel("Rank (and optimizer)")
    return figure


def _draw_row(
    panel: Axes, y: int, row: dict[Any, Any], seeds: "pd.Series[float]", border: float
) -> None:
    colour, beyond = OPTIMIZER_COLOURS[row["optimizer"]], seeds >= border
    for marker, shown in (("o", seeds[~beyond]), (">", seeds[beyond])):
        panel.plot(shown, np.full(len(shown), y), marker, ms=4.5, mew=0, alpha=0.4, color=colour)
    panel.hlines(y, row["low"], min(row["high"], border), color=colour, lw=5, alpha=0.45)
    if np.isfinite(row["loss"]):
        panel.plot(row["loss"], y, "D", ms=6, color=colour, mec="white")
