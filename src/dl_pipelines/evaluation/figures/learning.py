"""Accuracy and learning rate by epoch.

`history` has one row a seed and epoch with the columns seed, epoch, valid_accuracy (a fraction) and
lr, the mean rate of the epoch's steps.
"""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from dl_pipelines.evaluation.figures import style

_DECADE = 10.0  # rates that span less have even steps between the labels


def accuracy_curves(history: pd.DataFrame, variant: str) -> Figure:
    """Validation accuracy by epoch: a thin line a seed, a thick one for their mean.

    The mean ends with the first seed that stops early; dots mark each seed's best epoch.

    Args:
        history: Some of its valid_accuracy is known.
        variant: Name of the variant.

    Returns:
        One panel.
    """
    by_seed = history.pivot(index="epoch", columns="seed", values="valid_accuracy")
    best, when = by_seed.max(), by_seed.idxmax()
    epochs = f"epoch {when.min()}"
    if when.min() != when.max():
        epochs = f"epochs {when.min()} to {when.max()}"
    seeds, own = by_seed.shape[1], style.colour(variant)
    figure, (panel,) = style.canvas(
        f"{style.name(variant)}: the validation accuracy is best in {epochs} "
        f"({'mean ' if seeds > 1 else ''}{style.percent(best.mean(), 2)})",
        f"Thin: {seeds} seeds; thick: their mean" if seeds > 1 else "",
        "Dots: highest validation accuracy of a seed",
    )
    panel.plot(by_seed.index, by_seed, color=own, alpha=0.4, linewidth=0.8)
    mean = by_seed.dropna().mean(axis=1)
    panel.plot(mean.index, mean, color=own, linewidth=2.2)
    panel.plot(when, best, "o", color=own, mec="white", ms=7, zorder=4)
    panel.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel("Epoch")
    panel.set_ylabel("Validation accuracy (%)")
    return figure


def learning_rate(history: pd.DataFrame) -> Figure:
    """The mean learning rate of each epoch, on a logarithmic scale; a rate of 0 has no place there.

    Args:
        history: Its lr may differ between the seeds, as after a plateau.

    Returns:
        One panel with a line a seed.
    """
    by_seed = history.pivot(index="epoch", columns="seed", values="lr")
    rates = by_seed.iloc[:, 0].dropna()
    first, last, peak = rates.iloc[0], rates.iloc[-1], rates.max()
    course = f"is {first:.3g} in the first"
    if peak > first:
        course += f", {peak:.3g} in epoch {rates.idxmax()}"
    figure, (panel,) = style.canvas(
        f"The mean learning rate of an epoch {course} and {last:.3g} in epoch {rates.index[-1]}",
        f"{by_seed.shape[1]} seeds, a line each" if by_seed.nunique(axis=1).max() > 1 else "",
        height=4.0,
    )
    panel.step(by_seed.index, by_seed, where="mid", lw=1.6, color=style.ACCENT)
    panel.set_yscale("log")
    style.log_ticks(panel.yaxis)
    positive = rates[rates > 0]
    if positive.max() < _DECADE * positive.min():
        panel.yaxis.set_major_locator(MaxNLocator(5))
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel("Epoch")
    panel.set_ylabel("Mean learning rate (no unit)")
    return figure
