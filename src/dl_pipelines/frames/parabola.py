"""Points around a parabola: data whose right answer is known."""

import numpy as np
import pandas as pd


def noisy_parabola(
    *,
    count: int,
    low: float,
    high: float,
    w: float,
    b: float,
    noise: float,
    noise_mean: float = 0.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw points around y = wx² + b (book 2.6).

    Args:
        count: How many, at even distances in x.
        low: Smallest x.
        high: Largest x.
        w: Factor of x².
        b: Constant.
        noise: Standard deviation of the normal noise in y.
        noise_mean: Its mean.
        seed: Its seed.

    Returns:
        Columns x and y (float64, no unit), x ascending; `attrs` has the `source`.
    """
    x = np.linspace(low, high, count)
    y = w * x**2 + b + np.random.default_rng(seed).normal(noise_mean, noise, count)
    points = pd.DataFrame({"x": x, "y": y})
    points.attrs["source"] = f"drawn with seed {seed}"
    return points
