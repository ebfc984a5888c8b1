"""Trading days of an exchange."""

import logging
from datetime import date

import pandas as pd

from dl_pipelines.errors import SettingError

logger = logging.getLogger(__name__)


def trading_sessions(start: date, end: date, exchange: str = "XSHG") -> pd.DatetimeIndex:
    """Trading days of an exchange from `exchange_calendars`.

    Holidays in China are announced a year ahead, so the calendar has a horizon, the last year that
    the installed release knows. Later weekdays are all taken as trading days, with a warning.

    Args:
        start: First day.
        end: Last day, included.
        exchange: ISO 10383 code; XSHG is Shanghai.

    Returns:
        The days, ascending, without time zone.

    Raises:
        SettingError: If the exchange is not known or its calendar starts after `start`.
    """
    import exchange_calendars  # noqa: PLC0415 - heavy: imported when used

    first, last = pd.Timestamp(start), pd.Timestamp(end)
    try:
        bounds = exchange_calendars.get_calendar(exchange)
    except exchange_calendars.errors.InvalidCalendarName:
        raise SettingError(
            f"there is no trading calendar for the exchange '{exchange}'; use an ISO 10383 code "
            "such as XSHG (Shanghai) or XSHE (Shenzhen)."
        ) from None
    earliest = bounds.bound_min()
    if earliest is not None and first < earliest:
        raise SettingError(
            f"the trading calendar of {exchange} starts on {earliest:%Y-%m-%d}, after "
            f"{first:%Y-%m-%d}; set a later start date."
        )
    horizon = bounds.bound_max()
    # Without explicit bounds the calendar would only reach back 20 years from today.
    calendar = exchange_calendars.get_calendar(exchange, start=earliest or first, end=horizon)
    sessions: pd.DatetimeIndex = calendar.sessions[calendar.sessions.slice_indexer(first, last)]
    if horizon is None or last <= horizon:
        return sessions
    logger.warning(
        "The trading calendar of %s ends on %s: all weekdays after it are taken as trading days. "
        "Upgrade exchange_calendars.",
        exchange,
        f"{horizon:%Y-%m-%d}",
    )
    weekdays = pd.bdate_range(max(first, horizon + pd.Timedelta(days=1)), last)
    return pd.DatetimeIndex(sessions.append(weekdays))
