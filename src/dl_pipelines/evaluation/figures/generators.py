"""What a generator makes: samples as they came, and images again from their latents.

Shape legend: N pictures of H x W pixels. `variant` is what the generator is called.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.figures.generated_classes import classes_read
from dl_pipelines.evaluation.figures.tiles import (
    BARE,
    INK_NOTE,
    Images,
    beside,
    in_rows,
    lay,
    sheet,
)
from dl_pipelines.evaluation.likelihoods import reconstruction_rmse

_PAIR = 2.2  # height of an original, its reconstruction and the gap below, in pictures


def reconstructions(
    images: Images, reconstructed: Images, variant: str, *, columns: int = 12
) -> Figure:
    """Originals above what the network makes of them. Book figure 8-4.

    Args:
        images: Grey levels [N, H, W] of pictures that the network has not learnt from.
        reconstructed: What it makes of them [N, H, W].
        variant: Name of the variant.
        columns: Pictures a row; only full rows are drawn.

    Returns:
        Rows of originals, each with its reconstructions right below.
    """
    originals, copies = in_rows(images, columns), in_rows(reconstructed, columns)
    errors = [reconstruction_rmse(*pair) for pair in zip(images, reconstructed, strict=True)]
    rows, shown = originals.shape[:2]
    figure, panel = sheet(
        f"{style.name(variant)}: reconstructions of {len(images):,} unseen pictures are off by "
        f"{reconstruction_rmse(images, reconstructed):.0f} of 255 grey levels; "
        f"the best by {min(errors):.0f}, the worst by {max(errors):.0f}",
        "Root mean squared error of the pixels",
        INK_NOTE,
        rows=rows * _PAIR,
        columns=shown,
        across=8.1,
        room=BARE,
    )
    for row, (above, below) in enumerate(zip(originals, copies, strict=True)):
        for images_of, top, label in ((above, 0.0, "original"), (below, 1.0, "copy")):
            lay(panel, images_of[None], top=row * _PAIR + top)
            beside(panel, row * _PAIR + top + 0.5, label)
    panel.set_axis_off()
    return figure


def sample_sheet(samples: Images, variant: str, *, asked: str = "", columns: int = 16) -> Figure:
    """Samples that no classifier has read, such as those of `mnist_generate`.

    Args:
        samples: Grey levels [N, H, W].
        variant: Name of the variant.
        asked: Name of the class that was asked for, if one was.
        columns: Pictures a row; only full rows are drawn.

    Returns:
        The pictures as ink on paper.
    """
    inked = style.percent(float(np.mean(samples > 0)), 0)
    kind = f" of the class {asked}" if asked else ""
    return _laid(
        in_rows(samples, columns),
        f"{style.name(variant)}: {len(samples):,} samples{kind}; {inked} of the pixels are "
        "not background",
        of=len(samples),
    )


def generated_samples(
    samples: Images,
    read: NDArray[np.int64],
    variant: str,
    names: Sequence[str],
    *,
    columns: int = 16,
) -> Figure:
    """Samples as they came. Book figures 8-5 and 8-7.

    Args:
        samples: Grey levels [N, H, W], the first of all, not chosen by anybody.
        read: Classes that a classifier reads in all of them.
        variant: Name of the variant.
        names: Names of the classes.
        columns: Pictures a row; only full rows are drawn.

    Returns:
        The pictures as ink on paper.
    """
    return _laid(
        in_rows(samples, columns),
        f"{style.name(variant)}: in {len(read):,} samples a classifier reads "
        f"{classes_read(read, names)}",
        of=len(read),
    )


def _laid(pictures: Images, title: str, *, of: int) -> Figure:
    """A sheet of pictures [R, K, H, W], the first of `of` samples."""
    figure, panel = sheet(
        title,
        f"The first {pictures.shape[0] * pictures.shape[1]:,} of {of:,}, none chosen",
        INK_NOTE,
        rows=pictures.shape[0],
        columns=pictures.shape[1],
        room=BARE,
    )
    lay(panel, pictures)
    panel.set_axis_off()
    return figure
