"""Which days a champion has learnt from, and which are new to it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from dl_pipelines.errors import DataError


class MonitoredDays(NamedTuple):
    """Rows of a features frame by what a champion knows of them, ascending.

    Attributes:
        known: All whose next day is known and monitored, the others among them.
        training: Those that it has learnt from.
        new: All later ones.
        recent: The last of the new ones, which are judged.
    """

    known: pd.DataFrame
    training: pd.DataFrame
    new: pd.DataFrame
    recent: pd.DataFrame


def monitored_days(
    features: pd.DataFrame,
    header: Mapping[str, Any],
    *,
    recent_days: int,
    least_days: int,
) -> MonitoredDays:
    """Split a features frame at the last day that a champion has learnt.

    Args:
        features: Of `frames.features.daily_features`.
        header: `learnt_from` and `learnt_until`, the first and last day whose high was learnt.
        recent_days: New days that are judged, the last ones.
        least_days: New days that there must be.

    Raises:
        DataError: If bars begin after the champion's training does, or too few new ones follow.
    """
    first, last = (pd.Timestamp(header[key]) for key in ("learnt_from", "learnt_until"))
    target = features["target_date"]
    if target.min() > first:
        raise DataError(
            f"the first day that can be forecast from these bars is {target.min():%Y-%m-%d}, and "
            f"the champion has learnt from {first:%Y-%m-%d} on: take bars that begin as early as "
            "those of its training."
        )
    end = target.max()
    known = features[target.notna()].reset_index(drop=True)
    days = known["target_date"]
    new = known[days > last]
    if len(new) < least_days:
        raise DataError(
            f"only {len(new)} trading days up to {end:%Y-%m-%d} lie after {last:%Y-%m-%d}, the "
            f"last day that the champion has learnt, and 'stock_monitor.least_days' asks for "
            f"{least_days}: take newer bars or set it lower."
        )
    return MonitoredDays(known, known[days.between(first, last)], new, new.tail(recent_days))
