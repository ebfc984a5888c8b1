"""The course of training."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dl_pipelines.evaluation.figures import style

TRAIN = style.MUTED


def loss_curves(history: pd.DataFrame, variant: str) -> Figure:
    """Training and validation loss by epoch: a thin line a seed, a thick one for their mean.

    The mean ends with the first seed that stops early, so that it never jumps because a seed has
    left it. Dots mark the epoch with each seed's smallest validation loss. Book figure 7-17.

    Args:
        history: One row a seed and epoch with the columns seed, epoch, train_loss, valid_loss (in
            the unit of the loss, NaN where nothing validates).
        variant: Name of the variant.

    Returns:
        One panel, logarithmic where the losses span a decade.
    """
    seeds = history["seed"].nunique()
    best = _best_epochs(history)
    figure, (panel,) = style.canvas(
        _finding(history, best, variant),
        f"Thin: {seeds} seeds; thick: their mean" if seeds > 1 else "",
        "Dots: smallest validation loss of a seed" if len(best) else "",
    )
    _draw_losses(panel, history, "train_loss", colour=TRAIN, label="Training")
    if len(best):
        own = style.colour(variant)
        _draw_losses(panel, history, "valid_loss", colour=own, label="Validation")
        panel.plot(best["epoch"], best["valid_loss"], "o", color=own, mec="white", ms=7, zorder=4)
    losses = history[["train_loss", "valid_loss"]].stack()
    if losses.min() > 0 and losses.max() >= 10 * losses.min():
        panel.set_yscale("log")
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel("Epoch")
    panel.set_ylabel("Loss (of the scaled target, no unit)")
    style.legend(panel)
    return figure


def _best_epochs(history: pd.DataFrame) -> pd.DataFrame:
    """The row of each seed with its smallest validation loss; none where nothing validates."""
    known = history.dropna(subset="valid_loss")
    return known.loc[known.groupby("seed")["valid_loss"].idxmin()]


def _draw_losses(
    panel: Axes, history: pd.DataFrame, column: str, *, colour: str, label: str
) -> None:
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
