"""The stationary bootstrap: days drawn in blocks, as neighbouring days depend on each other."""

from math import floor

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.errors import SettingError

Days = NDArray[np.int64]


def stationary_days(
    days: int, size: int, *, block_days: float, random: np.random.Generator
) -> Days:
    """Draw days in blocks of geometric length that wrap around the end.

    Politis and Romano, "The stationary bootstrap", JASA 89, 1994.

    Args:
        days: Days to draw from, numbered from 0.
        size: Days to draw.
        block_days: Mean length of a block, at least 1, which draws single days.
        random: Where the luck comes from.

    Returns:
        Numbers of days, [size].
    """
    place = np.arange(size)
    begins = random.random(size) < 1.0 / block_days
    begins[0] = True
    first = np.maximum.accumulate(np.where(begins, place, 0))  # of the block that a place is in
    starts = random.integers(days, size=size)
    drawn: Days = (starts[first] + place - first) % days
    return drawn


def resampled_days(
    days: int, new: int, *, resamples: int, block_days: float, seed: int
) -> list[tuple[Days, Days]]:
    """Draw pairs of samples, as long as the old and the new days are, all from the old ones.

    Args:
        days: Old days.
        new: New days.
        resamples: Pairs to draw, R.
        block_days: Mean length of a block.
        seed: Of the luck.

    Returns:
        R pairs of numbers of old days, [days] and [new].
    """
    random = np.random.default_rng(seed)
    return [
        (
            stationary_days(days, days, block_days=block_days, random=random),
            stationary_days(days, new, block_days=block_days, random=random),
        )
        for _ in range(resamples)
    ]


def check_resamples(resamples: int, level: float, features: int) -> None:
    """Find so few draws that no p-value that Holm adjusts could fall below its level.

    Args:
        resamples: Draws, so that the smallest p-value is 1 / (resamples + 1).
        level: Of the adjusted p-value.
        features: Tests that are adjusted for.

    Raises:
        SettingError: If they are too few.
    """
    if (resamples + 1) * level <= features:
        raise SettingError(
            f"'stock_monitor.bootstrap.resamples' is {resamples}, and no p-value adjusted for "
            f"{features} features can then fall below 'stock_monitor.features.level' ({level:g}): "
            f"set it to {floor(features / level + 1e-9)} or more."
        )
