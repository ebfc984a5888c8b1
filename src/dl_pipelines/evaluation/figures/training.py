"""The course of training."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import short, spread

TRAIN = style.MUTED
_MEAN_BAND = "Thin: seeds; thick: their mean; band: its 95\N{NO-BREAK SPACE}% t-interval"


def loss_curves(
    history: pd.DataFrame, variant: str, *, loss: str = "Loss (of the scaled target, no unit)"
) -> Figure:
    """Training and validation loss by epoch: a thin line a seed, a thick one for their mean.

    The mean ends with the first seed that stops early, so that it never jumps because a seed has
    left it. Dots mark the epoch with each seed's smallest validation loss. Book figure 7-17.

    Args:
        history: One row a seed and epoch with the columns seed, epoch, train_loss, valid_loss (in
            the unit of the loss; valid_loss is NaN, or no column, where nothing validates).
        variant: Name of the variant.
        loss: What the losses are, and their unit.

    Returns:
        One panel, logarithmic where the losses span a decade.
    """
    history = history.reindex(columns=["seed", "epoch", "train_loss", "valid_loss"])
    seeds = history["seed"].nunique()
    best = _best_epochs(history)
    figure, (panel,) = style.canvas(
        _finding(history, best, variant),
        f"Thin: {seeds} seeds; thick: their mean" if seeds > 1 else "",
        "Dots: smallest validation loss of a seed" if len(best) else "",
    )
    draw_by_seed(panel, history, "train_loss", colour=TRAIN, label="Training")
    if len(best):
        own = style.colour(variant)
        draw_by_seed(panel, history, "valid_loss", colour=own, label="Validation")
        panel.plot(best["epoch"], best["valid_loss"], "o", color=own, mec="white", ms=7, zorder=4)
    losses = history[["train_loss", "valid_loss"]].stack()
    if losses.min() > 0 and losses.max() >= 10 * losses.min():
        panel.set_yscale("log")
        style.log_ticks(panel.yaxis)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel("Epoch")
    panel.set_ylabel(loss)
    style.legend(panel)
    return figure


def _best_epochs(history: pd.DataFrame) -> pd.DataFrame:
    """The row of each seed with its smallest validation loss; none where nothing validates."""
    known = history.dropna(subset="valid_loss")
    return known.loc[known.groupby("seed")["valid_loss"].idxmin()]


def draw_by_seed(
    panel: Axes, history: pd.DataFrame, column: str, *, colour: str, label: str
) -> None:
    """A thin line a seed, a thick one for their mean, which ends with the first seed that stops.

    Args:
        panel: Where to draw.
        history: One row a seed and epoch with the columns seed and epoch.
        column: What to draw of it.
        colour: Of all lines.
        label: Of the mean, in the legend.
    """
    by_seed = history.pivot(index="epoch", columns="seed", values=column)
    panel.plot(by_seed.index, by_seed, color=colour, alpha=0.4, linewidth=0.8)
    mean = by_seed.dropna().mean(axis=1)
    panel.plot(mean.index, mean, color=colour, linewidth=2.2, label=label)


def _finding(history: pd.DataFrame, best: pd.DataFrame, variant: str) -> str:
    """When the validation loss is smallest, in words."""
    name = style.name(variant)
    if best.empty:
        last = history.groupby("seed")["train_loss"].last().mean()
        return f"{name}: the training loss ends at {last:.3g}"
    first, final = best["epoch"].min(), best["epoch"].max()
    when = f"in epoch {first}" if first == final else f"in epochs {first} to {final}"
    mean = best["valid_loss"].mean()
    return f"{name}: the validation loss is smallest {when} (mean {mean:.3g})"


def regularised_curves(
    histories: Mapping[str, pd.DataFrame], *, where: str = "held-out folds, mean over the folds"
) -> Figure:
    """Held-out loss by epoch with a regulariser and without. Book figures 5-8 and 5-9.

    A seed's networks start from the same weights and see the same folds with the regulariser and
    without, so the lower panel compares them seed by seed.

    Args:
        histories: The plain network's history first, then the regularised one's: name → one row a
            seed and epoch with the columns seed, epoch and test_loss.
        where: The rows that the loss is of.

    Returns:
        Two panels: the loss on a logarithmic scale, and the regularised network's
        loss over the plain one's, in %; bands need at least two seeds.
    """
    losses = {
        variant: history.pivot(index="epoch", columns="seed", values="test_loss")
        for variant, history in histories.items()
    }
    (plain, without), (variant, with_it) = losses.items()
    change = 100 * (with_it / without - 1)
    figure, (levels, changes) = style.canvas(
        _effect(plain, variant, change),
        f"Loss on {where}",
        f"{_MEAN_BAND}: of the seeds, not of the houses" if without.shape[1] > 1 else "",
        rows=2,
        height=6.0,
        sharex=True,
        height_ratios=[1.8, 1],
    )
    for name, loss in losses.items():
        _draw_band(levels, loss, style.colour(name), label=style.name(name))
    levels.set_yscale("log")
    style.log_ticks(levels.yaxis)
    levels.set_ylabel("Loss (of the scaled target, no unit)")
    style.legend(levels)
    _draw_band(changes, change, style.colour(variant))
    changes.axhline(0, color=style.colour(plain), linewidth=1.2)
    changes.set_ylabel(f"{style.name(variant)} against\n{style.name(plain)} (%)")
    changes.xaxis.set_major_locator(MaxNLocator(integer=True))
    changes.set_xlabel("Epoch")
    return figure


def _draw_band(panel: Axes, by_seed: pd.DataFrame, colour: str, *, label: str = "") -> None:
    """A thin line a seed, a thick one for their mean and its confidence band."""
    panel.plot(by_seed.index, by_seed, color=colour, alpha=0.35, linewidth=0.7)
    mean, half = by_seed.mean(axis=1), _half_width(by_seed)
    panel.plot(mean.index, mean, color=colour, linewidth=2.2, label=label)
    panel.fill_between(mean.index, mean - half, mean + half, color=colour, alpha=0.18, lw=0)


def _half_width(by_seed: pd.DataFrame) -> pd.Series:
    """Half of the 95 % t-interval of the mean over the seeds; NaN of one seed."""
    from scipy.special import stdtrit  # noqa: PLC0415 - heavy: imported when used

    seeds = by_seed.shape[1]
    if seeds == 1:
        return pd.Series(np.nan, index=by_seed.index)
    factor = float(stdtrit(seeds - 1, 0.975) / np.sqrt(seeds))
    half: pd.Series = by_seed.std(axis=1) * factor
    return half


def _effect(plain: str, variant: str, change: pd.DataFrame) -> str:
    """What the regulariser does to the loss after the last epoch, in words."""
    last, half = change.mean(axis=1).iloc[-1], _half_width(change).iloc[-1]
    verb = "lowers" if last < 0 else "raises"
    size = short(abs(last)) if np.isnan(half) else spread(abs(last), half)
    doubt = ", which may be chance" if abs(last) <= half else ""
    return (
        f"{style.name(variant)} {verb} the held-out loss of the {style.name(plain)} by {size}"
        f"\N{NO-BREAK SPACE}% after {change.index[-1]} epochs{doubt}"
    )
