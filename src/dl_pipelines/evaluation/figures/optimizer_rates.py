"""How much optimizers depend on their learning rate, and how they rank at the chosen one."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.optimizers import OPTIMIZER_COLOURS, Shown
from dl_pipelines.evaluation.optimizer_ranks import shown_ranks
from dl_pipelines.evaluation.optimizer_runs import final_losses, rate_medians
from dl_pipelines.evaluation.optimizer_verdict import OPTIMIZER_NAMES, listed
from dl_pipelines.evaluation.wording import short

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
        seeds end no better than a constant.
    """
    tried, constant = rate_medians(trials), trials["constant"].max()
    figure, (panel,) = style.canvas(
        f"{shown.task}: {_most_forgiving(tried)}",
        f"Median of {trials['seed'].nunique()} seeds; crosses: most diverged or are no better than "
        f"a constant ({short(constant)})",
        f"{OPTIMIZER_NAMES['adam_sgd']}: by the rate of Adam",
    )
    finite = tried.loc[np.isfinite(tried["loss"]), "loss"]
    _draw_rates(panel, tried, constant if finite.empty else _ROOM * finite.max())
    panel.set_xlabel("Learning rate")
    panel.set_ylabel(f"Validation loss ({shown.loss})")
    style.legend(panel, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _most_forgiving(tried: pd.DataFrame) -> str:
    if not np.isfinite(tried["loss"]).any():
        return "all optimizers diverge at all rates"
    best = tried.groupby("optimizer")["loss"].transform("min")
    near = np.isfinite(tried["loss"]) & (tried["loss"] <= _NEAR * best)
    counts = near.groupby(tried["optimizer"], sort=False).sum()
    most = [OPTIMIZER_NAMES[str(name)] for name in counts.index[counts == counts.max()]]
    verb, whose = ("forgive", "their") if most[1:] else ("forgives", "its")
    return (
        f"{listed(most)} {verb} most, with {counts.max()} of {tried['rate'].nunique()} rates "
        f"within 25 % of {whose} best loss"
    )


def _draw_rates(panel: Axes, tried: pd.DataFrame, top: float) -> None:
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
    figure, (panel,) = style.canvas(
        f"{shown.task}: {_first(ranking)}",
        "Rank: one more than the optimizers whose band lies wholly below; = where it is shared",
        "Dots: seeds, as triangles far beyond; diamonds: their median; bars: 95 %, bootstrap, for "
        "the chosen rate",
        "*: a second rate was as good within the spread of the tuning seeds",
        height=2.0 + 0.36 * len(ranking),
    )
    ends, labels = final_losses(losses), []
    middles_and_ends = ranking[["loss", "high"]].to_numpy()
    known = middles_and_ends[np.isfinite(middles_and_ends)]
    border = _BEYOND * float(known.max() if known.size else losses["constant"].max())
    rows = zip(ranking.to_dict("records"), shown_ranks(ranking), strict=True)
    for place, (row, rank) in enumerate(rows):
        name, mark = row["optimizer"], "*" if np.isfinite(row["close_rate"]) else ""
        seeds = ends.loc[ends["optimizer"] == name, "loss"]
        _draw_row(panel, -place, row, seeds.clip(upper=border), border)
        labels.append(f"{rank}  {OPTIMIZER_NAMES[name]}{mark}")
    panel.set_yticks(-np.arange(len(ranking)), labels)
    panel.tick_params(axis="y", length=0)
    panel.grid(visible=False, axis="y")
    panel.set_xlabel(f"Test loss ({shown.loss})")
    panel.set_ylabel("Rank (and optimizer)")
    return figure


def _first(ranking: pd.DataFrame) -> str:
    first = [OPTIMIZER_NAMES[name] for name in ranking.loc[ranking["rank"] == 1, "optimizer"]]
    if not np.isfinite(ranking["loss"]).any():
        return "all optimizers diverge"
    if not first:
        return "too few seeds for bands and ranks"
    return f"{listed(first)} {'share' if first[1:] else 'has'} the first rank"


def _draw_row(
    panel: Axes, y: int, row: dict[Any, Any], seeds: "pd.Series[float]", border: float
) -> None:
    colour, beyond = OPTIMIZER_COLOURS[row["optimizer"]], seeds >= border
    for marker, shown in (("o", seeds[~beyond]), (">", seeds[beyond])):
        panel.plot(shown, np.full(len(shown), y), marker, ms=4.5, mew=0, alpha=0.4, color=colour)
    panel.hlines(y, row["low"], min(row["high"], border), color=colour, lw=5, alpha=0.45)
    if np.isfinite(row["loss"]):
        panel.plot(row["loss"], y, "D", ms=6, color=colour, mec="white")
