"""The book's regression (3.8): a parabola with noise, dealt out to three parts."""

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.frames.parabola import noisy_parabola

Floats = NDArray[np.float32]


def parabola_parts(
    *, train: int, valid: int, test: int, noise: float, seed: int
) -> dict[str, Floats]:
    """Draw y = x² + noise at evenly spread x in -1 … 1, and deal the rows out.

    Args:
        train: Rows to learn.
        valid: Rows to validate on.
        test: Rows to judge by.
        noise: Standard deviation of the normal noise.
        seed: Seed of the noise, and of which row is in which part.

    Returns:
        `train_x`, `train_y`, `valid_x`, `valid_y`, `test_x` and `test_y`, [N, 1] each.
    """
    count = train + valid + test
    points = noisy_parabola(count=count, low=-1.0, high=1.0, w=1.0, b=0.0, noise=noise, seed=seed)
    rows = np.split(np.random.default_rng((seed, 1)).permutation(count), (train, train + valid))
    return {
        f"{part}_{name}": points[name].to_numpy(dtype=np.float32)[own, None]
        for part, own in zip(("train", "valid", "test"), rows, strict=True)
        for name in ("x", "y")
    }
