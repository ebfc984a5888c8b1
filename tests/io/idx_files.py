"""IDX files to read, sound ones and others."""

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.sources.mnist import FILES


def idx(array: NDArray[np.uint8]) -> bytes:
    """Images [N, H, W] or labels [N] as an IDX file's bytes."""
    header = struct.pack(">4B", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def digits(train: int = 20, test: int = 10) -> dict[str, NDArray[np.uint8]]:
    """Images [N, 28, 28] of noise and labels [N], 0..9 in turn, of both parts."""
    random = np.random.default_rng(0)
    sizes = {"train": train, "test": test}
    images = {
        f"{part}_images": random.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        for part, n in sizes.items()
    }
    labels = {f"{part}_labels": np.arange(n, dtype=np.uint8) % 10 for part, n in sizes.items()}
    return images | labels


def write_digits(
    folder: Path, arrays: dict[str, NDArray[np.uint8]], *, compressed: bool = True
) -> dict[str, Path]:
    """Write the four files of a data set under their usual names."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for key, array in arrays.items():
        paths[key] = folder / (FILES[key] + ".gz" * compressed)
        content = idx(array)
        paths[key].write_bytes(gzip.compress(content, mtime=0) if compressed else content)
    return paths
