"""IDX files, in which MNIST and its like are given away (LeCun, Cortes & Burges 1998).

A file is a magic number (two zero bytes, the type of the items, the number of dimensions), each
dimension as a big-endian 32-bit number, and the items one after another.

Shapes: N images, H × W pixels.
"""

import gzip
import math
import zlib
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.errors import DataError

SIDE = 28  # pixels
CLASSES = 10

_DIMENSIONS = {0x00000801: 1, 0x00000803: 3}  # 08: unsigned bytes
_KINDS = {1: "labels", 3: "images"}
_GZIP = b"\x1f\x8b"
_MOST_BYTES = 2**30  # of the items: 1.3 million images; a small file can claim to unpack to more
_PIECE_BYTES = 2**20
_WORD = 4  # bytes of the magic number and of each dimension


def read_digits(paths: Mapping[str, Path]) -> dict[str, NDArray[np.uint8]]:
    """Read the four files of MNIST or of a data set that stands in for it.

    Args:
        paths: The files of `train_images`, `train_labels`, `test_images` and `test_labels`.

    Returns:
        By the same names, images [N, 28, 28], 0 = background, and labels [N], 0..9.

    Raises:
        DataError: If a file is damaged, holds something else, or two do not fit together.
    """
    arrays: dict[str, NDArray[np.uint8]] = {}
    for part in ("train", "test"):
        images, labels = f"{part}_images", f"{part}_labels"
        arrays[images] = _read_images(paths[images])
        arrays[labels] = _read_labels(paths[labels])
        if len(arrays[images]) != len(arrays[labels]):
            raise DataError(
                f"{paths[images]} holds {len(arrays[images]):,} images, but {paths[labels]} "
                f"{len(arrays[labels]):,} labels: put two files there that belong together."
            )
    return arrays


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of images or labels.

    Args:
        path: The file, as it is or compressed by gzip, whatever its name.

    Returns:
        Images [N, H, W] or labels [N].

    Raises:
        DataError: If the file cannot be read, is no such file, or holds fewer or more bytes than
            its header promises.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            return _array(gzip.GzipFile(fileobj=file) if packed else file, path)
    except EOFError as error:
        raise DataError(
            f"{path} is truncated (its gzip stream breaks off): put the whole file there."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{path} is damaged ({error}): put a sound copy of the file there."
        ) from error
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror or error}): put a readable file there."
        ) from error


def _array(content: gzip.GzipFile | BufferedReader, path: Path) -> NDArray[np.uint8]:
    """The array in an IDX file; no more is read, or unpacked, than its header promises."""
    magic = int.from_bytes(content.read(_WORD))
    if magic not in _DIMENSIONS:
        raise DataError(
            f"{path} is no IDX file of images or labels (it begins with 0x{magic:08x} instead of "
            "0x00000803 or 0x00000801): put the right file there."
        )
    header = content.read(_WORD * _DIMENSIONS[magic])
    if len(header) < _WORD * _DIMENSIONS[magic]:
        raise DataError(f"{path} breaks off in its header: put the whole file there.")
    shape = np.frombuffer(header, ">u4").tolist()
    size, promised = math.prod(shape), " x ".join(map(str, shape))
    if not 0 < size <= _MOST_BYTES:
        raise DataError(
            f"{path} holds no {_KINDS[len(shape)]} or too many (its header promises {promised} "
            f"bytes; there may be {_MOST_BYTES:,}): put the whole file there, or one with fewer."
        )
    # Piece by piece, and the array in the same bytes: a small file can claim or unpack to a
    # gigabyte.
    items = bytearray()
    while piece := content.read(min(_PIECE_BYTES, size - len(items))):
        items += piece
    if len(items) < size or content.read(1):
        short = len(items) < size
        follow = len(items) if short else "more"
        raise DataError(
            f"{path} is {'truncated' if short else 'too long'} (its header promises {promised} "
            f"bytes, {follow} follow): put the whole file there and nothing else."
        )
    return np.frombuffer(items, np.uint8).reshape(shape)


def _read_images(path: Path) -> NDArray[np.uint8]:
    images = _read_kind(path, dimensions=3)
    if images.shape[1:] != (SIDE, SIDE):
        height, width = images.shape[1:]
        raise DataError(
            f"{path} holds images of {height} x {width} pixels: the networks take {SIDE} x {SIDE}."
        )
    return images


def _read_labels(path: Path) -> NDArray[np.uint8]:
    labels = _read_kind(path, dimensions=1)
    if (wrong := np.flatnonzero(labels >= CLASSES)).size:
        raise DataError(
            f"{path}, row {wrong[0]} (counted from 0): the label {labels[wrong[0]]} is not "
            f"between 0 and {CLASSES - 1}: correct it."
        )
    return labels


def _read_kind(path: Path, *, dimensions: int) -> NDArray[np.uint8]:
    array = read_idx(path)
    if array.ndim != dimensions:
        raise DataError(
            f"{path} holds {_KINDS[array.ndim]} instead of {_KINDS[dimensions]}: put the right "
            "file there."
        )
    return array
