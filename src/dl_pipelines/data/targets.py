"""What a network learns about the next day's high, and the way back to index points."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """A way to express the next day's high; all arrays are [N], prices in index points.

    Attributes:
        encode: `(high_next, close, range_22)` to the learnt quantity y.
        decode: `(y, close, range_22)` to the high of the next day.
    """

    encode: Callable[[Array, Array, Array], Array]
    decode: Callable[[Array, Array, Array], Array]


TARGETS = {
    # the book's target (7.8): the high itself, in points
    "level": Target(
        encode=lambda high_next, close, range_22: high_next,
        decode=lambda y, close, range_22: y,
    ),
    # log distance of the next high from today's close, in units of the month's mean daily range
    # (HAR term, Corsi 2009): free of the index's level and of the market's volatility
    "range_scaled": Target(
        encode=lambda high_next, close, range_22: np.log(high_next / close) / range_22,
        decode=lambda y, close, range_22: close * np.exp(y * range_22),
    ),
}
