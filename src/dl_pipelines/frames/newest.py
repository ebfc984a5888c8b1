"""Whether bars are new enough: the last trading day is among them."""

from datetime import date, datetime, timedelta

import pandas as pd

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.frames.calendar import trading_sessions

_CHINA = "Asia/Shanghai"
_CLOSE = pd.Timedelta(hours=15)
_LONGEST_HOLIDAY = pd.Timedelta(days=31)  # more than any; China's longest are of nine or ten days


def china_time(moment: datetime) -> pd.Timestamp:
    """A moment by the clocks of China, without time zone; one without a zone is of China."""
    stamp = pd.Timestamp(moment)
    return stamp if stamp.tz is None else stamp.tz_convert(_CHINA).tz_localize(None)


def next_session(day: date) -> pd.Timestamp:
    """The first trading day after a day."""
    after = pd.Timestamp(day) + pd.Timedelta(days=1)
    return pd.Timestamp(trading_sessions(after, after + _LONGEST_HOLIDAY)[0])


def last_session(day: date) -> pd.Timestamp:
    """The last trading day up to a day, that day included."""
    last = pd.Timestamp(day).normalize()
    return pd.Timestamp(trading_sessions(last - _LONGEST_HOLIDAY, last)[-1])


def last_closed(moment: pd.Timestamp, delay: timedelta = timedelta(0)) -> pd.Timestamp:
    """The last trading day that has been over for a while.

    Args:
        moment: China time.
        delay: How long after the close at 15:00 a day counts, for providers need their time.
    """
    return last_session(moment - _CLOSE - delay)


def newest_days(
    *, now: pd.Timestamp, delay: timedelta, as_of: date | None, setting: str
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The earliest and the latest day that the newest bar may be of.

    Args:
        now: China time.
        delay: How long after the close the newest bar may be missing.
        as_of: Act as on the evening of this day, with no later bar; None for now.
        setting: The name of that setting, for the sentence.

    Raises:
        SettingError: If the close of `as_of` is in the future.
    """
    if as_of is None:
        return last_closed(now, delay), last_closed(now)
    # The first half keeps the calendar from guessing at years that it does not know.
    if pd.Timestamp(as_of) > now or last_session(as_of) > last_closed(now):
        raise SettingError(
            f"'{setting}' is {as_of}, and the close of that day is in the future: it is "
            f"{now:%Y-%m-%d %H:%M} (China time), so choose an earlier day."
        )
    return last_session(as_of), last_session(as_of)


def bars_until(
    bars: pd.DataFrame, *, now: pd.Timestamp, delay: timedelta, as_of: date | None, setting: str
) -> pd.DataFrame:
    """The bars that may be used now, or on the evening of a day.

    Args:
        bars: Clean daily bars, ascending.
        now: China time.
        delay: How long after the close the newest bar may be missing.
        as_of: Act as on the evening of this day, with no later bar; None for now.
        setting: The name of that setting, for the sentences.

    Returns:
        The bars up to `as_of`, or all, with their attrs.

    Raises:
        DataError: If the bar of the last trading day is missing, naming both days, or the newest
            bar is of a day that has not closed.
        SettingError: If `as_of` lies before the bars, or its close is in the future.
    """
    first, newest = bars["date"].iloc[[0, -1]]
    if as_of is not None and pd.Timestamp(as_of) < first:
        raise SettingError(
            f"'{setting}' is {as_of}, before the first bar ({first:%Y-%m-%d}): choose a later day."
        )
    expected, latest = newest_days(now=now, delay=delay, as_of=as_of, setting=setting)
    if as_of is None and newest > latest:
        raise DataError(
            f"the newest bar is of {newest:%Y-%m-%d}, a day that has not closed on "
            f"{now:%Y-%m-%d %H:%M} (China time): run again after 15:00, or take that bar away."
        )
    if newest < expected:
        raise DataError(
            f"the newest bar is of {newest:%Y-%m-%d}, and the last trading day was "
            f"{expected:%Y-%m-%d}: get newer bars by --params stock.source=baostock (or tushare), "
            f"or go back to a day by --params {setting}={newest:%Y-%m-%d}."
        )
    return bars[bars["date"] <= latest].reset_index(drop=True)
