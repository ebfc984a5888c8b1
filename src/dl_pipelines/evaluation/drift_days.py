"""Which days a champion has learnt from, and which are new to it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from dl_pipelines.errors import DataError


class MonitoredDays(NamedTuple):
    """Rows of a frame by what a champion knows of them, ascending.

    Attributes:
        training: Those that it has learnt from.
        new: All later ones.
        recent: The last of the new ones, which are judged.
    """

    training: pd.DataFrame
    new: pd.DataFrame
    recent: pd.DataFrame


def monitored_days(
    frame: pd.DataFrame,
    header: Mapping[str, Any],
    *,
    day: str,
    recent_days: int,
    least_days: int,
) -> MonitoredDays:
    """Split a frame at the last day that a champion has learnt from.

    Args:
        frame: One row a forecast, ascending.
        header: `learnt_from` and `learnt_until` (ISO dates), the first and the last day whose high
            the champion has learnt.
        day: Column of the day that is forecast; rows without one are left out.
        recent_days: New days that are judged, the last ones.
        least_days: New days that there must be.

    Raises:
        DataError: If the bars begin after the first of these days, or too few new ones follow.
    """
    first, last = (pd.Timestamp(header[key]) for key in ("learnt_from", "learnt_until"))
    known = frame[frame[day].notna()]
    if known[day].min() > first:
        raise DataError(
            f"the first day that can be forecast from these bars is {known[day].min():%Y-%m-%d}, "
            f"and the champion has learnt from {first:%Y-%m-%d} on: take bars that begin as early "
            "as those of its training."
        )
    new = known[known[day] > last]
    if len(new) < least_days:
        raise DataError(
            f"only {len(new)} trading days lie after {last:%Y-%m-%d}, the last day that the "
            f"champion has learnt from, and 'stock_monitor.least_days' asks for {least_days}: take "
            "newer bars, or a later 'stock_monitor.as_of'."
        )
    return MonitoredDays(known[known[day].between(first, last)], new, new.tail(recent_days))
