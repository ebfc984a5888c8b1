"""What the pipelines do that take the newest bars: refuse old ones, or go back to a day.

Results of a run before say what they are of, so that a run from a node on mixes no days.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.newest import bars_until, china_time, last_session
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
        SettingError: If `as_of` lies before the bars or in the future.
    """
    return bars_until(
        daily_bars,
        now=china_time(newest.now or clock),
        delay=timedelta(hours=newest.delay_hours),
        as_of=newest.as_of,
        setting=f"{pipeline}.as_of",
    )


def check_as_of(data_until: pd.Timestamp, newest: NewestBars, *, pipeline: str) -> None:
    """Find bars that a run before has cut at another day than this run asks for.

    Args:
        data_until: Day of the last bar.
        newest: Which bars are used.
        pipeline: Whose settings these are.

    Raises:
        SettingError: If they end elsewhere.
    """
    if newest.as_of is not None and data_until != last_session(newest.as_of):
        raise SettingError(
            f"'{pipeline}.as_of' is {newest.as_of}, and the bars of the run before end on "
            f"{data_until:%Y-%m-%d}: run the node {pipeline}.choose_bars first."
        )


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
