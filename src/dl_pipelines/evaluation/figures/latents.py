"""What a generator's latents hold: a plane of them, where images lie in it, walks through it.

Shape legend: N test images, R x R places of a grid, W walks of S steps, pictures of H x W pixels.
`names` are the names of the classes by number; `read` is None where no classifier has read.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.generated_classes import classes_read
from dl_pipelines.evaluation.figures.palette import CLASSES
from dl_pipelines.evaluation.figures.tiles import INK_NOTE, Images, label_pictures, lay, sheet
from dl_pipelines.evaluation.likelihoods import neighbours_agree, reconstruction_rmse

_TICKS = 7
_SIDE = 6.8  # inches of the plane
_SHORT = 3  # letters; longer names of classes would hide each other
_UNIT = "(standard deviations of the prior)"
_SHARE = "Share of the way (%)"


def latent_manifold(
    images: Images,
    values: NDArray[np.float64],
    read: NDArray[np.int64] | None,
    variant: str,
    names: Sequence[str],
) -> Figure:
    """Pictures of the plane of two latents. Book figure 8-8.

    Args:
        images: Grey levels [R, R, H, W] that are made of latent 1 = values[column] and latent 2 =
            values[row].
        values: `evaluation.likelihoods.prior_quantiles` [R], ascending.
        read: Classes that a classifier reads in the pictures [R, R]; None without one.
        variant: Name of the variant.
        names: Names of the classes.

    Returns:
        One panel; latent 2 grows upwards.
    """
    rows = len(values)
    holds = f"{rows * rows} pictures" if read is None else classes_read(read, names)
    figure, panel = sheet(
        f"{style.name(variant)}: the plane of its two latents holds {holds}",
        "Places are quantiles of the prior, so each is as probable as any other",
        "" if read is None else "Classes: as a classifier reads them",
        INK_NOTE,
        rows=rows,
        columns=rows,
        across=_SIDE,
        size=_SIDE / rows,
    )
    lay(panel, images[::-1])
    shown = np.unique(np.linspace(0, rows - 1, _TICKS).round().astype(int))
    labels = [style.signed(values[place]) for place in shown]
    panel.set_xticks(shown + 0.5, labels)
    panel.set_yticks(rows - shown - 0.5, labels)
    panel.set_xlabel(f"Latent 1 {_UNIT}")
    panel.set_ylabel(f"Latent 2 {_UNIT}")
    return figure


def latent_scatter(
    means: NDArray[np.float64], labels: NDArray[np.int64], variant: str, names: Sequence[str]
) -> Figure:
    """Where test images lie in the plane of two latents. Book figure 8-8.

    Args:
        means: Posterior means of test images [N, 2].
        labels: Their classes [N], which the network has not been told.
        variant: Name of the variant.
        names: Names of the classes.

    Returns:
        A point an image, a colour a class; a short name stands at the median of its class.
    """
    figure, (panel,) = style.canvas(
        f"{style.name(variant)}: {style.percent(neighbours_agree(means, labels), 0)} of "
        f"{len(means):,} test images lie next to one of their own class in the plane of its two "
        "latents",
        "The network was not told the classes",
        "Points in random order",
        height=6.8,
    )
    order = np.random.default_rng(0).permutation(len(means))  # or the last class hides the others
    colours = np.array(CLASSES)[labels]
    panel.scatter(means[order, 0], means[order, 1], s=5, c=colours[order], alpha=0.6, linewidths=0)
    for number in np.unique(labels):
        own, shade = means[labels == number], CLASSES[number]
        panel.plot([], [], "o", color=shade, label=names[number])
        across, up = np.median(own, axis=0)
        box = {"boxstyle": "round,pad=0.25", "fc": "white", "ec": shade, "lw": 2.0}
        if max(map(len, names)) <= _SHORT:
            panel.text(across, up, names[number], ha="center", va="center", weight="bold", bbox=box)
    style.legend(panel, loc="center left", bbox_to_anchor=(1.0, 0.5))
    panel.set_aspect("equal")
    panel.set_anchor("W")
    panel.set_xlabel(f"Latent 1 {_UNIT}")
    panel.set_ylabel(f"Latent 2 {_UNIT}")
    return figure


def latent_walks(
    images: Images, read: NDArray[np.int64] | None, variant: str, names: Sequence[str]
) -> Figure:
    """Straight walks between the latents of two test images each.

    Args:
        images: Grey levels [W, S, H, W] at equal steps, both ends with them.
        read: Classes that a classifier reads in them [W, S]; None without one.
        variant: Name of the variant.
        names: Names of the classes.

    Returns:
        A row a walk, with the classes that it passes, if they are known, in the right margin.
    """
    seen = () if read is None else read
    passed = [[names[number] for number, _ in groupby(walk)] for walk in seen]
    walks, steps = images.shape[:2]
    figure, panel = sheet(
        _journey(passed, variant) if passed else _strides(images, variant),
        "In the right margin: the classes that a classifier reads on the way" if passed else "",
        INK_NOTE,
        rows=walks,
        columns=steps,
        across=7.2,
    )
    lay(panel, images)
    for row, stations in enumerate(passed):
        panel.text(steps + 0.1, row + 0.5, " → ".join(stations), va="center", fontsize=8.5)
    label_pictures(panel.yaxis, range(1, walks + 1))
    label_pictures(panel.xaxis, [f"{share:.0f}" for share in np.linspace(0, 100, steps)])
    panel.set_xlabel(_SHARE)
    panel.set_ylabel("Walk (number)")
    return figure


def _journey(passed: Sequence[Sequence[str]], variant: str) -> str:
    """Where the walks lead, in words."""
    first = passed[0]
    if len(passed) == 1:
        return (
            f"{style.name(variant)}: on the walk between two images a classifier reads "
            f"{' → '.join(first)}"
        )
    direct = sum(len(stations) <= 2 for stations in passed)  # noqa: PLR2004 - both ends
    return (
        f"{style.name(variant)}: on {direct} of {len(passed)} walks between two images a "
        "classifier reads no class but those of the ends"
    )


def _strides(images: Images, variant: str) -> str:
    """How far apart neighbouring pictures are at most, in words."""
    pairs = [pair for walk in images for pair in pairwise(walk)]
    largest = max(reconstruction_rmse(*pair) for pair in pairs)
    return (
        f"{style.name(variant)}: on {len(images)} walks between two images no step changes a "
        f"picture by more than {largest:.0f} of 255 grey levels (RMSE)"
    )
