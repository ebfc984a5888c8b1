"""Pictures: the digits themselves, those that a network mistakes, and what its first layer sees.

Shape legend: N pictures of H x W pixels, C filters of h x w weights.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.tiles import gallery

_BESIDE_BAR = 7.7  # inches that a row of pictures has beside a bar of colours


def sample_digits(
    images: NDArray[np.uint8], labels: NDArray[np.int64], names: Sequence[str]
) -> Figure:
    """Pictures with their labels, ten a row. Book figure 3-4.

    Args:
        images: Grey levels [N, H, W], 0 the background; a few rows of them.
        labels: Their classes [N].
        names: Names of the classes, by number.

    Returns:
        The pictures as ink on paper, the label below each.
    """
    count, height, width = images.shape
    inked = float(np.mean(images > 0))
    return gallery(
        images,
        [names[label] for label in labels],
        f"{count} labelled pictures of {height} × {width} pixels; "
        f"{style.percent(inked, 0)} of the pixels are not background",
        "Drawn as ink on paper: the background, 0, is white and 255 is black",
        columns=10,
        cmap="Greys",
        vmin=0,
        vmax=255,
    )


def worst_mistakes(
    images: NDArray[np.uint8], table: pd.DataFrame, names: Sequence[str], *, columns: int = 8
) -> Figure:
    """The mistakes that the network was surest of.

    Args:
        images: Grey levels [N, H, W] of the part that the table's rows belong to.
        table: Frame of `evaluation.classification.worst_mistakes`.
        names: Names of the classes, by number.
        columns: Pictures a row.

    Returns:
        The pictures, below each the actual class, the predicted one and its probability.
    """
    guesses = table[["actual", "predicted", "confidence"]].itertuples(index=False)
    captions = [
        f"{names[actual]} → {names[predicted]}, {style.percent(confidence, 0)}"
        for actual, predicted, confidence in guesses
    ]
    return gallery(
        images[table["row"].to_numpy(dtype=np.int64)],
        captions,
        _worst(table, names),
        "Below each picture: actual → predicted class, its probability" if captions else "",
        columns=columns,
        cmap="Greys",
        vmin=0,
        vmax=255,
    )


def _worst(table: pd.DataFrame, names: Sequence[str]) -> str:
    """The range of the mistakes in words."""
    if table.empty:
        return "Not one of the pictures is mistaken"
    first, last = table.iloc[0], table["confidence"].iloc[-1]
    worst = (
        f"The surest mistake takes {names[int(first['actual'])]} for "
        f"{names[int(first['predicted'])]} with a probability of "
        f"{style.percent(first['confidence'])}"
    )
    if len(table) == 1:
        return worst
    return f"{worst}; the last of these {len(table)} has {style.percent(last)}"


def learned_filters(
    kernels: NDArray[np.floating[Any]], *, shown: int = 48, columns: int = 8
) -> Figure:
    """The filters of a first layer, the strongest first.

    Args:
        kernels: Weights [C, h, w].
        shown: How many the figure holds at most.
        columns: Filters a row.

    Returns:
        The filters in one scale of colours, below each its channel.
    """
    norms = np.linalg.norm(kernels, axis=(1, 2))
    order = np.argsort(-norms, kind="stable")[:shown]
    low, high = (style.signed(float(edge), 2) for edge in (kernels.min(), kernels.max()))
    reach = float(np.abs(kernels).max()) or 1.0
    count, height, width = kernels.shape
    share = style.percent(float(norms.min() / (norms.max() or 1.0)), 0)
    figure = gallery(
        kernels[order],
        [str(channel) for channel in order],
        f"{count:,} learned filters of {height} × {width} pixels with weights from {low} to {high};"
        f" the weakest has {share} of the norm of the strongest",
        f"The {len(order)} strongest; below each filter: its channel",
        columns=columns,
        across=_BESIDE_BAR,
        cmap="RdBu",
        vmin=-reach,
        vmax=reach,
    )
    (panel,) = figure.axes
    bar = figure.colorbar(panel.images[0], ax=panel, shrink=0.6, aspect=25)
    bar.outline.set_visible(False)
    bar.set_label("Weight (no unit)", fontsize=9.5, color=style.INK)
    bar.ax.tick_params(colors=style.MUTED, labelcolor=style.INK, labelsize=9)
    return figure
