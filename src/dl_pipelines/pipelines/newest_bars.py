"""What the pipelines do that take the newest bars: refuse old ones, or go back to a day.

Results of a run before say what they are of, so that a run from a node on mixes no days.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.newest import bars_until, china_time, newest_days
from dl_pipelines.params.newest import NewestBars


def known_bars(
    daily_bars: pd.DataFrame, clock: pd.Timestamp, newest: NewestBars, *, pipeline: str
) -> pd.DataFrame:
    """The bars that may be used, if they are new enough; see `frames.newest.bars_until`.

    Args:
        daily_bars: Clean daily bars, ascending.
        clock: The present moment.
        newest: Which bars are used.
        pipeline: Whose settings these are.

    Raises:
        DataError: If the bar of the last trading day is missing.
        SettingError: If `as_of` lies before the bars, or its close is in the future.
    """
    return bars_until(daily_bars, **_until(clock, newest, pipeline))


def check_last_day(
    data_until: pd.Timestamp, clock: pd.Timestamp, newest: NewestBars, *, pipeline: str
) -> None:
    """Find bars that a run before has cut at another day than this run would.

    Args:
        data_until: Day of the last bar.
        clock: The present moment.
        newest: Which bars are used.
        pipeline: Whose settings these are.

    Raises:
        SettingError: If they end elsewhere.
    """
    expected, latest = newest_days(**_until(clock, newest, pipeline))
    if not expected <= data_until <= latest:
        raise SettingError(
            f"the bars of the run before end on {data_until:%Y-%m-%d}, and this run takes those "
            f"until {latest:%Y-%m-%d}: run from the node {pipeline}.choose_bars on, or set "
            f"'{pipeline}.as_of' to {data_until:%Y-%m-%d}."
        )


def _until(clock: pd.Timestamp, newest: NewestBars, pipeline: str) -> dict[str, Any]:
    """The settings as `frames.newest` wants them."""
    return {
        "now": china_time(newest.now or clock),
        "delay": timedelta(hours=newest.delay_hours),
        "as_of": newest.as_of,
        "setting": f"{pipeline}.as_of",
    }


def check_kept(
    kept: "Mapping[str, Any] | pd.Series[Any]", own: Mapping[str, Any], *, what: str, node: str
) -> None:
    """Find what a run before has left of another champion, or of other days.

    Args:
        kept: What the result of the run before says of itself.
        own: What this run would say, e.g. `champion` and `judged`.
        what: What the result is called.
        node: The node that makes it.

    Raises:
        SettingError: If one differs.
    """
    for name, value in own.items():
        if str(there := kept.get(name, "unknown")) != str(value):
            raise SettingError(
                f"{what} of the run before is of another {name.replace('_', ' ')} ({there}) than "
                f"this run ({value}): run the node {node} first."
            )
