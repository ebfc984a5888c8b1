"""Whether a generator makes all classes, and those that it is asked for.

Shape legend: C classes, K noises, pictures of H x W pixels. `variant` is what the generator is
called, `names` the names of the classes by number.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.tiles import (
    INK_NOTE,
    Images,
    label_pictures,
    lay,
    sheet,
    wide_names,
)
from dl_pipelines.evaluation.sample_classes import label_kl


def classes_read(read: NDArray[np.int64], names: Sequence[str]) -> str:
    """How many classes there are among those read, and which is the most frequent."""
    counts = np.bincount(read.ravel(), minlength=len(names))
    present = int((counts > 0).sum())
    many = f"all {present}" if present == len(names) else f"{present} of {len(names)}"
    share = style.percent(float(counts.max() / counts.sum()))
    return f"{many} classes, most often {names[int(counts.argmax())]} ({share})"


def class_grid(
    images: Images, read: NDArray[np.int64], variant: str, names: Sequence[str]
) -> Figure:
    """A row a class that was asked for, a column a noise.

    Args:
        images: Grey levels [C, K, H, W]: all classes of one noise, whatever it is, below each
            other.
        read: Classes that a classifier reads in them [C, K].
        variant: Name of the variant.
        names: Names of the classes [C].

    Returns:
        The pictures; those read as another class have a frame.
    """
    wrong = read != np.arange(len(names))[:, None]
    figure, panel = sheet(
        f"{style.name(variant)}: {wrong.size - wrong.sum():,} of {wrong.size:,} pictures are read "
        f"as the class asked for{_most_disobeyed(wrong, names)}",
        "Pictures of a column have the same noise",
        "Framed: read as another class" if wrong.any() else "",
        INK_NOTE,
        rows=images.shape[0],
        columns=images.shape[1],
        size=0.5,
        across=wide_names(names),
    )
    lay(panel, images)
    for row, column in zip(*np.nonzero(wrong), strict=True):
        panel.add_patch(
            Rectangle((column + 0.02, row + 0.02), 0.96, 0.96, fill=False, ec=style.ALERT, lw=1.6)
        )
    label_pictures(panel.yaxis, names)
    label_pictures(panel.xaxis, range(1, images.shape[1] + 1))
    panel.set_ylabel("Class asked for (name)")
    panel.set_xlabel("Noise (number)")
    return figure


def _most_disobeyed(wrong: NDArray[np.bool_], names: Sequence[str]) -> str:
    missed = wrong.sum(axis=1)
    if not missed.any():
        return ""
    worst = int(missed.argmax())
    return f"; most often {names[worst]} is not ({missed[worst]} of {wrong.shape[1]})"


def class_shares(histogram: pd.DataFrame, variant: str, names: Sequence[str]) -> Figure:
    """How often each class is read in samples, and how often it is real.

    Args:
        histogram: Frame of `evaluation.sample_classes.class_histogram`, [C].
        variant: Name of the variant.
        names: Names of the classes.

    Returns:
        A pair of bars a class.
    """
    places = np.arange(len(histogram))
    figure, (panel,) = style.canvas(
        _most_biased(histogram, variant, names),
        f"{histogram['generated'].sum():,} samples, read by a classifier",
        f"{histogram['real'].sum():,} test images, as labelled",
        height=4.4,
    )
    looks: list[tuple[str, float, dict[str, Any]]] = [
        ("real_share", -0.2, {"color": style.NEUTRAL, "label": "Test images"}),
        ("generated_share", 0.2, {"color": style.colour(variant), "label": "Samples"}),
    ]
    for column, shift, look in looks:
        panel.bar(places + shift, histogram[column], 0.38, **look)
    panel.set_xticks(places, names)
    panel.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    panel.set_ylabel("Share (%)")
    panel.set_xlabel("Class")
    panel.grid(visible=False, axis="x")
    style.legend(panel, loc="upper right", ncols=2, bbox_to_anchor=(1.0, 1.12))
    return figure


def _most_biased(histogram: pd.DataFrame, variant: str, names: Sequence[str]) -> str:
    """The divergence, and the class that samples get most wrong, in words."""
    excess = histogram["generated_share"] - histogram["real_share"]
    worst = histogram.iloc[int(excess.abs().argmax())]
    return (
        f"{style.name(variant)}: the classes of samples are {label_kl(histogram):.3f} nats from "
        f"the real ones (KL); the largest gap is that of {names[int(worst['class'])]}, "
        f"{style.percent(worst['generated_share'])} instead of {style.percent(worst['real_share'])}"
    )
