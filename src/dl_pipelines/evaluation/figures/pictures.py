"""A user's own pictures, what a network sees of them, and what it answers.

Shape legend: N pictures, n of them drawn, S x S pixels of a small copy, H x W pixels that the
network sees.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from dl_pipelines.evaluation.figures import style

_COLUMNS = 5
_SIDE = 0.96  # of a picture, the rest of 1 is a gap
_PITCH = 1.42  # height of a row: a picture and two lines of text, in widths of a picture
_PAIR = 2.16  # width of two pictures and the gap behind them
_SIZE = 0.8  # inches of a picture's side
_LETTERS = 22  # that fit below a pair


def contact_sheet(
    thumbnails: NDArray[np.uint8], digits: NDArray[np.uint8], predictions: pd.DataFrame
) -> Figure:
    """Pictures as they were found and as the network sees them, with its answers.

    Args:
        thumbnails: Small copies [n, S, S, 3] of the pictures that are drawn, the first ones.
        digits: Grey levels [N, H, W] that the network has seen, 0 the background.
        predictions: Table [N] of `evaluation.pictures.picture_predictions`.

    Returns:
        A pair a picture, below it the answer with its probability, and the file's name; a picture
        with a problem stands alone.
    """
    shown = predictions.head(len(thumbnails))
    columns = max(1, min(_COLUMNS, len(shown)))
    rows = -(-len(shown) // columns)
    figure, (panel,) = style.canvas(
        _finding(predictions),
        "Left: the picture; right: what the network sees",
        _part(len(shown), len(predictions)),
        height=1.0 + rows * _PITCH * _SIZE,
    )
    panel.set_axis_off()
    answers = shown[["file", "predicted", "confidence"]].itertuples(index=False)
    for place, (file, predicted, confidence) in enumerate(answers):
        down, across = divmod(place, columns)
        left, top = across * _PAIR, down * _PITCH
        _hang(panel, thumbnails[place], left, top)
        if pd.notna(confidence):
            _hang(panel, digits[place], left + 1, top, cmap="gray", vmin=0, vmax=255)
            answer, colour = f"{predicted}, {style.percent(confidence, 0)}", style.INK
        else:
            answer, colour = "skipped", style.ALERT
        _write(panel, answer, left, top + 0.99, fontsize=8.5, color=colour)
        _write(panel, _drawable(file), left, top + 1.18, fontsize=7, color=style.MUTED)
    panel.set(xlim=(0, _COLUMNS * _PAIR), ylim=(max(rows, 1) * _PITCH, 0))
    panel.set_aspect("equal")
    panel.set_anchor("NW")
    return figure


def _part(shown: int, total: int) -> str:
    return f"The first {shown:,} of {total:,} pictures" if total > shown else ""


def _finding(predictions: pd.DataFrame) -> str:
    """How many pictures are read, and the least sure answer in words."""
    known = predictions.dropna(subset=["confidence"])
    read = f"{len(known):,} of {len(predictions):,} pictures are read"
    if known.empty:
        return read
    least = known.iloc[int(known["confidence"].argmin())]
    return (
        f"{read}; the least sure answer is {least['predicted']}, with a probability of "
        f"{style.percent(least['confidence'])}"
    )


def _hang(panel: Axes, image: NDArray[np.uint8], left: float, top: float, **look: Any) -> None:
    """Draw a picture at its upper left corner; `look` goes to `imshow`."""
    panel.imshow(image, extent=(left, left + _SIDE, top + _SIDE, top), **look)
    # Where white paper ends.
    panel.add_patch(Rectangle((left, top), _SIDE, _SIDE, fill=False, color=style.MUTED, lw=0.5))


def _write(panel: Axes, text: str, left: float, top: float, **look: Any) -> None:
    """Write below a picture; a dollar sign in a file's name begins no formula."""
    panel.text(left, top, text, va="top", parse_math=False, **look)


def _drawable(name: str) -> str:
    """The end of a long name, without letters that the font has not."""
    short = name if len(name) <= _LETTERS else f"…{name[1 - _LETTERS :]}"
    font = get_font(findfont(FontProperties()))
    return "".join(letter if font.get_char_index(ord(letter)) else "?" for letter in short)
