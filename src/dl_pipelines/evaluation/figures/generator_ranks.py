"""The generators of all pipelines beside each other. Book 8.4: VAE against GAN."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.generator_tables import table_verdict
from dl_pipelines.evaluation.wording import short

_ROOM = 1.3  # beside the smallest and the largest distance, a factor


def generator_comparison(table: pd.DataFrame) -> Figure:
    """Distance from real images, precision and recall of each generator.

    Args:
        table: Of `evaluation.generator_tables.generator_table`.

    Returns:
        Two panels with a row a generator, the nearest on top: the Fréchet distance beside its
        floor, on a logarithmic scale, and precision and recall.
    """
    ranked = table.sort_values("× floor", ascending=False)
    ranked["colour"] = ranked["pipeline"].map(style.colour)
    ranked["pipeline"] = ranked["pipeline"].map(style.name)
    figure, (distances, shares) = style.canvas(
        table_verdict(ranked),
        "Dashed: floor, the distance of training images",
        "Precision: share of samples that look like test images; recall: share of test images that "
        "look like samples",
        columns=2,
        height=2.2 + 0.5 * len(table),
        sharey=True,
        width_ratios=[1.2, 1],
    )
    _draw_distances(distances, ranked, table.attrs["floor"])
    _draw_shares(shares, ranked)
    distances.set_yticks(range(len(ranked)), ranked["pipeline"])
    distances.set_ylim(-0.6, len(ranked) - 0.4)
    distances.set_ylabel("Generator (newest run)")
    for panel in (distances, shares):
        panel.tick_params(axis="y", length=0)
        panel.grid(visible=False, axis="y")
    return figure


def _draw_distances(panel: Axes, ranked: pd.DataFrame, floor: float) -> None:
    rows, values = range(len(ranked)), ranked["Fréchet"]
    panel.axvline(floor, color=style.MUTED, linestyle="--", linewidth=1)
    panel.hlines(rows, floor, values, color=ranked["colour"], lw=3, alpha=0.35)
    panel.scatter(values, rows, color=ranked["colour"], s=70, zorder=3)
    figures = zip(values, ranked["× floor"], strict=True)
    texts = [f"{short(value)} = {short(ratio)} × floor" for value, ratio in figures]
    style.margin_texts(panel, texts)
    panel.set_xscale("log")
    panel.set_xlim(min(floor, values.min()) / _ROOM, max(floor, values.max()) * _ROOM)
    style.log_ticks(panel.xaxis)
    panel.set_xlabel("Fréchet distance (squared units of the features)")


def _draw_shares(panel: Axes, ranked: pd.DataFrame) -> None:
    rows, colours = range(len(ranked)), ranked["colour"]
    precision, recall = ranked["precision %"], ranked["recall %"]
    panel.hlines(rows, precision, recall, color=colours, lw=3, alpha=0.35)
    panel.scatter(precision, rows, color=colours, s=70, zorder=3)
    panel.scatter(recall, rows, color="white", edgecolors=list(colours), marker="s", s=55, zorder=3)
    for marker, fill, label in (("o", style.MUTED, "Precision"), ("s", "white", "Recall")):
        panel.plot([], [], marker, color=fill, mec=style.MUTED, ms=7, label=label)
    panel.set_xlim(-3, 103)
    panel.set_xlabel("Share (%)")
    style.legend(panel, ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0), borderpad=0)
