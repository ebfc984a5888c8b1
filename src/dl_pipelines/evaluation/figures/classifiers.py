"""Which classes a classifier confuses, whether it knows when it errs, and what it withstands."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from dl_pipelines.evaluation.figures import style

_LONG = 3  # letters; longer names of classes stand aslant
_DARK = 0.6  # of the colour scale: from here on white numbers are readable


def confusion_matrix(confusion: pd.DataFrame, names: Sequence[str]) -> Figure:
    """Which classes are taken for which; only mistakes are coloured.

    Args:
        confusion: Frame of `evaluation.classification.confusion`, [C, C].
        names: Names of the classes, by number.

    Returns:
        The counts, with the recall of each class in the right margin.
    """
    counts = confusion.to_numpy()
    totals, right = counts.sum(axis=1), np.diag(counts)
    figure, (panel,) = style.canvas(
        _most_confused(counts, names),
        f"{counts.sum():,} predictions; in the right margin: recall, the share of the actual class",
        "Colour: mistakes",
        height=5.8,
    )
    _draw_counts(panel, counts)
    panel.set_xticks(range(len(names)), names)
    if max(map(len, names)) > _LONG:
        panel.tick_params(axis="x", rotation=45, rotation_mode="xtick")
    panel.set_yticks(range(len(names)), names)
    panel.set_xlabel("Predicted class")
    panel.set_ylabel("Actual class (cells: count)")
    recalls = [
        style.percent(hits / total) if total else ""
        for hits, total in zip(right, totals, strict=True)
    ]
    style.margin_texts(panel, recalls)
    return figure


def _most_confused(counts: np.ndarray, names: Sequence[str]) -> str:
    """How many are right and what is mistaken most often, in words."""
    total, right = int(counts.sum()), int(np.trace(counts))
    share = f"{right:,} of {total:,} ({style.percent(right / total, 2)}) are right"
    if right == total:
        return share
    mistakes = counts - np.diag(np.diag(counts))
    actual, predicted = np.unravel_index(mistakes.argmax(), mistakes.shape)
    return (
        f"{share}; most often {names[actual]} is taken for {names[predicted]} "
        f"({mistakes.max():,} of {counts[actual].sum():,})"
    )


def _draw_counts(panel: Axes, counts: np.ndarray) -> None:
    mistakes = counts - np.diag(np.diag(counts))
    top = max(int(mistakes.max()), 1)
    coloured = np.where(mistakes, mistakes, np.nan)
    panel.imshow(coloured, cmap="Oranges", vmin=0, vmax=top, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        own = row == column
        shade = "white" if not own and count > _DARK * top else style.INK if count else style.MUTED
        text = f"{count:,}" if count or own else "·"
        weight = "bold" if own else "normal"
        panel.text(
            column, row, text, ha="center", va="center", fontsize=9, color=shade, weight=weight
        )
    panel.tick_params(length=0)
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)


def reliability_diagram(reliability: pd.DataFrame, ece: float) -> Figure:
    """Is the vote of the networks right as often as it says?

    Args:
        reliability: Frame of `evaluation.classification.reliability`, of the vote.
        ece: Its expected calibration error, a fraction.

    Returns:
        Two panels: accuracy against confidence with the range of chance around equality (± 1.96
        binomial standard errors of each bin), and the rows a bin.
    """
    table = reliability[reliability["rows"] > 0]
    total = table["rows"].sum()
    confidence, accuracy = (
        float((table[name] * table["rows"]).sum() / total) for name in ("confidence", "accuracy")
    )
    manner = "overconfident" if confidence > accuracy else "underconfident"
    figure, (panel, rows) = style.canvas(
        f"The vote's confidence and accuracy differ by {style.percent(ece, 2)} on average (ECE): "
        f"{manner}, {style.percent(confidence, 2)} sure and {style.percent(accuracy, 2)} right",
        f"{total:,} predictions in {len(reliability)} bins of the largest probability",
        "Grey bars: chance, ± 1.96 binomial standard errors",
        rows=2,
        height=5.8,
        sharex=True,
        height_ratios=[2.4, 1],
    )
    said, found = table["confidence"], table["accuracy"]
    chance = 1.96 * np.sqrt(said * (1 - said) / table["rows"])
    panel.axline((0, 0), slope=1, color=style.MUTED, linestyle="--", linewidth=1)
    low, high = (said - chance).clip(lower=0), (said + chance).clip(upper=1)
    panel.vlines(said, low, high, color=style.FAINT, linewidth=9, zorder=0)
    panel.plot(said, found, "o-", ms=6, lw=1.2, color=style.ACCENT)
    panel.set(xlim=(0, 1.01), ylim=(-0.03, 1.03))
    panel.set_ylabel("Accuracy (%)")
    width = table["upper"] - table["lower"]
    rows.bar(table["lower"], table["rows"], width, align="edge", color=style.NEUTRAL, ec="white")
    rows.set_yscale("log")
    rows.set_ylim(bottom=0.5)
    style.thousands(rows.yaxis)
    rows.set_ylabel("Rows (count)")
    rows.set_xlabel("Confidence, the probability of the predicted class (%)")
    for axis in (panel.yaxis, rows.xaxis):
        axis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    return figure


def robustness(frame: pd.DataFrame) -> Figure:
    """Accuracy of the vote on pictures that were disturbed more and more.

    Args:
        frame: One row a disturbance and level: disturbance (such as "rotation"), level (0 is
            undisturbed, and each disturbance has it), unit (of the level), images (how many) and
            accuracy (a fraction).

    Returns:
        A panel a disturbance.
    """
    kinds = list(frame["disturbance"].unique())
    untouched = frame.loc[frame["level"] == 0, "accuracy"].iloc[0]
    worst = frame[frame["level"] != 0].nsmallest(1, "accuracy").iloc[0]
    figure, panels = style.canvas(
        f"Undisturbed, {style.percent(untouched, 2)} are right; fewest, "
        f"{style.percent(worst['accuracy'])}, under {worst['disturbance']} "
        f"of {worst['level']:g} {worst['unit']}",
        f"{frame['images'].iloc[0]:,} test images, drawn at random",
        "Vote of the networks without shifts",
        "Dashed: undisturbed",
        columns=len(kinds),
        height=4.2,
        sharey=True,
    )
    for panel, kind in zip(panels, kinds, strict=True):
        own = frame[frame["disturbance"] == kind].sort_values("level")
        panel.axhline(untouched, color=style.MUTED, linestyle="--", linewidth=1)
        panel.plot(own["level"], own["accuracy"], "o-", ms=5, lw=1.4, color=style.ACCENT)
        panel.set_xticks(own["level"])
        panel.set_xlabel(f"{kind.capitalize()} ({own['unit'].iloc[0]})")
    panels[0].yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    panels[0].set_ylabel("Accuracy (%)")
    return figure
