"""Samples of the same noises, an epoch a frame. Shapes: E epochs, N noises, H x W pixels."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.figures.tiles import Images, in_rows, mosaic

_SCALE = 3  # screen pixels of a picture's pixel
_STRIP = 26  # screen pixels of the line below
_LETTERS = 16  # pixels
_LAST = 5  # times as long as the other frames: before it begins again


def samples_animation(
    images: Images,
    epochs: NDArray[np.int64],
    *,
    columns: int = 10,
    milliseconds: int = 400,
) -> bytes:
    """An animated GIF, the same bytes for the same pictures.

    Args:
        images: Grey levels [E, N, H, W] of the same noises after each epoch.
        epochs: Numbers of the epochs [E].
        columns: Pictures a row; only full rows are shown.
        milliseconds: How long a frame stays; the last stays longer.

    Returns:
        The file's bytes; ink on paper, below the pictures the epoch.

    Raises:
        DataError: If there is no epoch, or not a number for each.
    """
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - heavy: imported when used

    if not len(images) or len(images) != len(epochs):
        raise DataError(
            f"there are samples of {len(images)} epochs and numbers of {len(epochs)}; keep the "
            "samples of at least one epoch, each with its number."
        )
    font = ImageFont.load_default(_LETTERS)
    frames = []
    for pictures, epoch in zip(images, epochs, strict=True):
        ink = 255 - mosaic(in_rows(pictures, columns))
        ink = np.repeat(np.repeat(ink, _SCALE, axis=0), _SCALE, axis=1)
        frame = Image.fromarray(np.pad(ink, ((0, _STRIP), (0, 0)), constant_values=255))
        ImageDraw.Draw(frame).text((6, len(ink)), f"Epoch {epoch}", fill=0, font=font)
        frames.append(frame)
    file = BytesIO()
    stay = [milliseconds] * (len(frames) - 1) + [_LAST * milliseconds]
    frames[0].save(
        file, format="GIF", save_all=True, append_images=frames[1:], duration=stay, loop=0
    )
    return file.getvalue()
