"""How much a median may owe to the draw of the seeds."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FEWEST = 5
"""Values that a band takes at least: of fewer, drawn medians say next to nothing."""


class Bootstrap(NamedTuple):
    """How often values are drawn again, and the seed of it."""

    resamples: int
    seed: int


def median_band(values: ArrayLike, bootstrap: Bootstrap) -> tuple[Floats, Floats]:
    """Bootstrap interval of a median, 95 %, by percentiles (Efron and Tibshirani 1993, 13.3).

    Its ends are medians that were drawn, with no value between two of them: so infinite ones, of
    trainings that diverged, may be among the values, which SciPy's bootstrap would make NaN.

    Args:
        values: One row a seed, [S, …]; each column has a median of its own.
        bootstrap: Of what is drawn; all columns have the same draws.

    Returns:
        Lower and upper end, […] each; NaN with fewer than `FEWEST` seeds.
    """
    table = np.asarray(values, dtype=np.float64)
    if len(table) < FEWEST:
        return np.full(table.shape[1:], np.nan), np.full(table.shape[1:], np.nan)
    shape = (bootstrap.resamples, len(table))
    draws = np.random.default_rng(bootstrap.seed).integers(len(table), size=shape)
    medians = np.median(table[draws], axis=1)
    low, high = np.quantile(medians, (0.025, 0.975), axis=0, method="inverted_cdf")
    return low, high
