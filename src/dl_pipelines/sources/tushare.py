"""Daily bars of an index from tushare's pro API (`index_daily`).

One call returns at most 8,000 rows, newest first. Pages are therefore asked for by date, each one
ending the day before the oldest row of the page before it, until the first day or an empty page is
reached: that needs no `offset` and still works if tushare lowers its limit.

tushare's client keeps the token and sends a request for any unknown attribute, so it lives only
as long as the call: it is never stored, copied or pickled, and no exception that could hold the
request is kept (`SourceError` has neither cause nor context).
"""

import logging
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.errors import SourceError
from dl_pipelines.sources.tushare_faults import HTTP_ERROR, Fault, explain

logger = logging.getLogger(__name__)

FIELDS = ("trade_date", "open", "high", "low", "close", "vol", "amount")
PRICES = ["open", "high", "low", "close"]
SHARES_PER_LOT = 100
YUAN_PER_UNIT = 1000  # tushare gives amounts in thousand yuan


def fetch_index_daily(
    ts_code: str,
    start: date,
    end: date,
    *,
    token: str,
    client: Any = None,
    attempts: int = 5,
    backoff_seconds: float = 1.0,
    timeout_seconds: float = 30.0,
    sleep: Callable[[float], object] = time.sleep,
) -> pd.DataFrame:
    """Fetch the daily bars of an index, page by page.

    Args:
        ts_code: tushare's code of the index, e.g. `000300.SH`.
        start: First day.
        end: Last day, included.
        token: The user's tushare token; it appears in no error and no log line.
        client: A `tushare.pro.client.DataApi` to use instead of a new one.
        attempts: Requests a page at most; time-outs, broken connections, HTTP errors and rate
            replies are asked again.
        backoff_seconds: Wait before the second attempt; it doubles with each further one, and
            rate replies wait four times as long: five attempts then span the minute over which
            tushare counts.
        timeout_seconds: Longest silence of the server in one request.
        sleep: How to wait, in seconds.

    Returns:
        Daily bars, ascending: date, open, high, low, close (index points), volume (shares),
        amount (yuan, NaN where tushare has none). `attrs["duplicates_removed"]` counts rows that
        tushare sent more than once.

    Raises:
        SourceError: If tushare refuses, fails, has no such bars or answers nonsense; the sentence
            says what to do.
    """
    if client is None:
        import tushare  # noqa: PLC0415 - heavy: imported when used

        client = tushare.pro_api(token, timeout=timeout_seconds)
    pages: list[pd.DataFrame] = []
    last = end
    while last >= start:
        query = {"ts_code": ts_code, "start_date": f"{start:%Y%m%d}", "end_date": f"{last:%Y%m%d}"}
        page = _request(
            client,
            query,
            token=token,
            waits=[backoff_seconds * 2**attempt for attempt in range(attempts - 1)],
            sleep=sleep,
        )
        if page.empty:
            break
        pages.append(_daily_bars(page, query))
        last = pages[-1]["date"].min().date() - timedelta(days=1)
    if not pages:
        raise SourceError(
            f"tushare has no daily bars of {ts_code} from {start} to {end}: check the ts_code and "
            "the dates."
        )
    return _joined(pages, ts_code)


def _request(
    client: Any,
    query: dict[str, str],
    *,
    token: str,
    waits: list[float],
    sleep: Callable[[float], object],
) -> pd.DataFrame:
    """One page as tushare sends it; asked again after each of `waits` (seconds) if that helps."""
    answer = _answer(client, query, token)
    asked = 1
    for wait in waits:
        if isinstance(answer, pd.DataFrame) or answer.patience == 0:
            break
        seconds = wait * answer.patience
        logger.info("tushare: %s; asking again in %.0f s", answer.finding, seconds)
        sleep(seconds)
        answer = _answer(client, query, token)
        asked += 1
    if isinstance(answer, pd.DataFrame):
        return answer
    times = f" (asked {asked} times)" if asked > 1 else ""
    raise SourceError(f"{_where(query)}: {answer.finding}{times}; {answer.remedy}.")


def _answer(client: Any, query: dict[str, str], token: str) -> pd.DataFrame | Fault:
    """The reply or why there is none.

    The error itself goes no further: `requests` hangs the request, token included, on its own.
    """
    try:
        frame: pd.DataFrame = client.index_daily(fields=",".join(FIELDS), **query)
    except Exception as error:  # the client raises bare Exceptions
        return explain(error, token)
    # An HTTP error becomes an empty frame without columns; an honest empty reply has its columns.
    return HTTP_ERROR if len(frame.columns) == 0 else frame


def _where(query: dict[str, str]) -> str:
    return "tushare index_daily of {ts_code}, {start_date} to {end_date}".format(**query)


def _daily_bars(page: pd.DataFrame, query: dict[str, str]) -> pd.DataFrame:
    """Type and check one page; raise SourceError at the first value that cannot be."""
    if missing := [name for name in FIELDS if name not in page]:
        raise SourceError(
            f"{_where(query)}: the reply lacks {', '.join(missing)}; tushare may have changed its "
            "interface: update the tushare package or run without it."
        )
    days = pd.to_datetime(page["trade_date"].astype(str), format="%Y%m%d", errors="coerce")
    numbers = page[list(FIELDS[1:])].apply(pd.to_numeric, errors="coerce").astype("float64")
    _refuse(page, _impossible(days, numbers, query), query)
    return pd.DataFrame(
        {
            "date": days,
            **{name: numbers[name] for name in PRICES},
            "volume": numbers["vol"] * SHARES_PER_LOT,
            "amount": numbers["amount"] * YUAN_PER_UNIT,
        }
    )


def _impossible(days: pd.Series, numbers: pd.DataFrame, query: dict[str, str]) -> pd.DataFrame:
    """Mark the cells that no daily bar can hold; days outside the asked range are impossible."""
    prices = numbers[PRICES]
    bad = ~((numbers > 0) & (numbers < np.inf))
    bad["vol"] = ~numbers["vol"].between(0, np.inf, inclusive="left")
    bad["amount"] = numbers["amount"] < 0  # may be missing
    comparable = ~bad[PRICES].any(axis=1)
    bad["high"] |= comparable & (prices["high"] < prices.max(axis=1))
    bad["low"] |= comparable & (prices["low"] > prices.min(axis=1))
    asked = days.between(pd.Timestamp(query["start_date"]), pd.Timestamp(query["end_date"]))
    bad.insert(0, "trade_date", ~asked)
    return bad


def _refuse(page: pd.DataFrame, bad: pd.DataFrame, query: dict[str, str]) -> None:
    rows, columns = np.nonzero(bad.to_numpy())
    if len(rows) == 0:
        return
    row, column = page.iloc[rows[0]], bad.columns[columns[0]]
    raise SourceError(
        f"{_where(query)}: on {row['trade_date']} the reply has {column} '{row[column]}', which "
        f"cannot be (open {row['open']}, high {row['high']}, low {row['low']}, close "
        f"{row['close']}); nothing was taken: run again later, or report the day to tushare."
    )


def _joined(pages: list[pd.DataFrame], ts_code: str) -> pd.DataFrame:
    """Join the pages in ascending order; a row sent twice is kept once."""
    rows = pd.concat(pages, ignore_index=True)
    bars = rows.drop_duplicates().sort_values("date", ignore_index=True)
    twice = bars.loc[bars["date"].duplicated(), "date"]
    if not twice.empty:
        raise SourceError(
            f"tushare sent two different bars of {ts_code} for {twice.iloc[0]:%Y-%m-%d}; nothing "
            "was taken: run again later, or report the day to tushare."
        )
    bars.attrs["duplicates_removed"] = len(rows) - len(bars)
    return bars
