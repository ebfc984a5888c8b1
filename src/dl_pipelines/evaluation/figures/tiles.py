"""Pictures side by side: a gallery with captions, or a mosaic for many of them.

Shape legend: N pictures of H x W pixels; R rows of K of them.
"""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation.figures import style

Images = NDArray[np.uint8]

ACROSS = 8.8
"""Inches that a row of pictures has."""
BARE = 0.9
"""Inches for the title and the footer of a sheet without labels."""
INK_NOTE = "Drawn as ink on paper: 0 is white and 255 is black"

_CAPTION_LINE = 0.15  # inches
_LETTERS = 14.0  # of a caption, an inch
_GAP = 0.08  # of a picture's width


def gallery(
    images: NDArray[Any],
    captions: Sequence[str],
    title: str,
    note: str,
    *,
    columns: int,
    across: float = ACROSS,
    **look: Any,
) -> Figure:
    """Pictures in rows, each with its caption below.

    Args:
        images: Pixels [N, H, W].
        captions: Texts [N].
        title: The finding, as a sentence.
        note: The footer.
        columns: Pictures a row.
        across: Inches that a row has.
        **look: Further arguments of `imshow`.
    """
    columns = max(1, min(columns, len(images)))
    size = min(across / columns, 1.5)  # inches
    letters = max(6, int(_LETTERS * size))
    texts = [textwrap.fill(caption, letters) for caption in captions]
    lines = max((text.count("\n") + 1 for text in texts), default=1)
    pitch = 1.0 + _CAPTION_LINE * lines / size  # height of a row, in widths of a picture
    rows = -(-len(images) // columns)
    figure, (panel,) = style.canvas(title, note, height=1.0 + rows * pitch * size)
    _hang(panel, images, texts, columns=columns, pitch=pitch, **look)
    panel.set(xlim=(0, columns), ylim=(max(rows, 1) * pitch, 0))
    return figure


def _hang(
    panel: Axes,
    images: NDArray[Any],
    texts: Sequence[str],
    *,
    columns: int,
    pitch: float,
    **look: Any,
) -> None:
    panel.set_axis_off()
    for place, (image, text) in enumerate(zip(images, texts, strict=True)):
        row, column = divmod(place, columns)
        left, top = column + _GAP / 2, row * pitch
        extent = (left, left + 1 - _GAP, top + 1 - _GAP, top)
        panel.imshow(image, extent=extent, interpolation="nearest", **look)
        middle, below = column + 0.5, top + 1 - _GAP / 2
        panel.text(middle, below, text, ha="center", va="top", fontsize=8.5, color=style.INK)
    panel.set_aspect("equal")
    panel.set_anchor("W")


def mosaic(images: Images) -> Images:
    """One picture of many, with gaps of paper between them.

    Args:
        images: Grey levels [R, K, H, W].

    Returns:
        Grey levels [R * (H + g), K * (W + g)], g the gap: a twelfth of the width, at least a pixel.
    """
    rows, columns, height, width = images.shape
    gap = max(1, round(_GAP * width))
    above, left = gap // 2, gap // 2
    padded = np.zeros((rows, columns, height + gap, width + gap), dtype=np.uint8)
    padded[:, :, above : above + height, left : left + width] = images
    joined: Images = padded.swapaxes(1, 2).reshape(rows * (height + gap), columns * (width + gap))
    return joined


def lay(panel: Axes, images: Images, *, top: float = 0.0) -> None:
    """Draw a mosaic as ink on paper, a picture a unit of both axes, the first row at `top`.

    Args:
        panel: Gets its limits by the last mosaic laid.
        images: Grey levels [R, K, H, W].
        top: Vertical place of the upper edge.
    """
    rows, columns = images.shape[:2]
    extent = (0, columns, top + rows, top)
    panel.imshow(mosaic(images), cmap="Greys", vmin=0, vmax=255, extent=extent)
    panel.set(xlim=(0, columns), ylim=(top + rows, 0))
    panel.set_anchor("W")
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    panel.tick_params(length=0)


def sheet(
    title: str,
    *notes: str,
    rows: float,
    columns: float,
    across: float = ACROSS,
    size: float = 0.8,
    room: float = 1.25,
) -> tuple[Figure, Axes]:
    """A figure for a mosaic.

    Args:
        title: The finding, as a sentence.
        *notes: Parts of the footer.
        rows: Rows of pictures.
        columns: Pictures a row.
        across: Inches that a row has.
        size: Inches of a picture at most.
        room: Inches for the title, the footer and, where there are some, the labels below.

    Returns:
        The figure and its panel.
    """
    side = min(size, across / columns)
    figure, (panel,) = style.canvas(title, *notes, height=room + rows * side)
    return figure, panel


def in_rows(images: NDArray[Any], columns: int) -> NDArray[Any]:
    """As many full rows as there are, or the only row: [N, …] -> [R, K, …]."""
    width = min(columns, len(images))
    full = len(images) // width * width
    return images[:full].reshape(-1, width, *images.shape[1:])


def label_pictures(axis: Axis, labels: Iterable[object]) -> None:
    """Write a label at the middle of each picture along an axis."""
    texts = [str(label) for label in labels]
    axis.set_ticks(np.arange(len(texts)) + 0.5, texts)


def beside(panel: Axes, place: float, text: str) -> None:
    """Write to the left of a row of pictures, at its vertical `place`."""
    panel.text(-0.1, place, text, ha="right", va="center", fontsize=8.5, color=style.INK)


def wide_names(names: Sequence[str]) -> float:
    """Inches that a row of pictures has beside the names of classes."""
    return ACROSS - 0.6 - max(map(len, names)) / _LETTERS
