"""Daily bars and members of indices from tushare's pro API.

A call returns at most some thousand rows (`index_daily` 8,000, `daily` 6,000), newest first. Pages
are therefore asked for by date, each one ending the day before the oldest row of the page before
it, until the first day or an empty page is reached: that needs no `offset` and still works if
tushare lowers its limit.

tushare's client keeps the token and sends a request for any unknown attribute, so it lives only
as long as a call: it is never stored, copied or pickled, and no exception that could hold the
request is kept (`SourceError` has neither cause nor context).
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dl_pipelines.errors import ProviderRefusedError, SourceError
from dl_pipelines.sources.asking import Fault, Retries, ask, kept_secret
from dl_pipelines.sources.bars import (
    Asked,
    BarFormat,
    days_of,
    joined,
    no_bars,
    refuse,
    typed_bars,
)
from dl_pipelines.sources.symbols import check_ts_code, index_code, is_index
from dl_pipelines.sources.tushare_factors import FACTOR, NO_FACTORS, back_adjusted, typed_factors
from dl_pipelines.sources.tushare_faults import HTTP_ERROR, NONSENSE, explain
from dl_pipelines.sources.tushare_reply import BoundedRequests

TOKEN_VARIABLE = "TUSHARE_TOKEN"  # noqa: S105 - the variable's name, not a token
BARS = BarFormat("tushare", "trade_date", "%Y%m%d", "vol", shares=100.0, yuan=1000.0)
# Weights are published once a month, some days after its end.
_MEMBERSHIP_DAYS = timedelta(days=62)

_Typed = Callable[[pd.DataFrame, BarFormat, Asked], pd.DataFrame]


class TushareProvider:
    """tushare as a `Provider`; see there."""

    name = "tushare"

    def __init__(self, token: str, retries: Retries, *, client: Any = None) -> None:
        """Keep what is needed to ask; nothing is asked yet.

        Args:
            token: The user's tushare token; it appears in no error and no log line.
            retries: How long tushare is waited for.
            client: What to use instead of a new `tushare.pro.client.DataApi` for each call.
        """
        self._token = token
        self._retries = retries
        self._client = client

    def daily_bars(self, ts_code: str, start: date, end: date) -> pd.DataFrame:
        """Fetch daily bars; see `Provider.daily_bars`."""
        api = "index_daily" if is_index(ts_code) else "daily"
        pages = self._pages(api, ts_code, (start, end), BARS.columns, typed_bars)
        if not pages:
            raise no_bars(self.name, ts_code, start, end)
        bars = joined(pages, BARS, f"bars of {ts_code}")
        if api == "index_daily":
            return bars
        span = bars["date"].iloc[0].date(), bars["date"].iloc[-1].date()
        pages = self._pages("adj_factor", ts_code, span, [BARS.day, FACTOR], typed_factors)
        factors = joined(pages or [NO_FACTORS], BARS, f"adj_factors of {ts_code}")
        return back_adjusted(bars, factors, ts_code)

    def index_members(self, index: str, day: date) -> list[str]:
        """Fetch the members of an index; see `Provider.index_members`."""
        code, first = index_code(index), day - _MEMBERSHIP_DAYS
        asked = Asked(first, day, f"tushare index_weight of {code}, {first} to {day}")
        columns = ["con_code", BARS.day]
        page = self._request("index_weight", {"index_code": code}, columns, asked)
        days = days_of(page, columns, BARS, asked)
        refuse(page, pd.DataFrame({BARS.day: asked.misses(days)}), BARS, asked)
        if page.empty:
            raise SourceError(f"{asked.where}: there are no members; choose another day.")
        return sorted(
            {check_ts_code(str(code)) for code in page.loc[days == days.max(), "con_code"]}
        )

    def _pages(
        self, api: str, ts_code: str, span: tuple[date, date], columns: list[str], typed: _Typed
    ) -> list[pd.DataFrame]:
        """The replies for a span, newest first, each one typed."""
        pages: list[pd.DataFrame] = []
        start, last = span
        while last >= start:
            where = f"tushare {api} of {ts_code}, {start:%Y%m%d} to {last:%Y%m%d}"
            asked = Asked(start, last, where)
            page = self._request(api, {"ts_code": ts_code}, columns, asked)
            if page.empty:
                break
            pages.append(typed(page, BARS, asked))
            last = pages[-1]["date"].min().date() - timedelta(days=1)
        return pages

    def _request(
        self, api: str, query: Mapping[str, str], columns: list[str], asked: Asked
    ) -> pd.DataFrame:
        """One reply as tushare sends it."""
        days = {"start_date": f"{asked.start:%Y%m%d}", "end_date": f"{asked.end:%Y%m%d}"}
        query = {**query, **days, "fields": ",".join(columns)}
        client = self._client or _new_client(self._token, self._retries)
        return ask(
            lambda: _answer(client, api, query, self._token),
            where=asked.where,
            retries=self._retries,
        )


@contextmanager
def open_tushare(credentials: Mapping[str, str], retries: Retries) -> Iterator[TushareProvider]:
    """Open tushare.

    Args:
        credentials: `{token: …}`; the environment variable TUSHARE_TOKEN goes first.
        retries: How long it is waited for.

    Raises:
        ProviderRefusedError: If there is no token.
    """
    token = (os.environ.get(TOKEN_VARIABLE) or credentials.get("token") or "").strip()
    if not token:
        raise ProviderRefusedError(
            f"there is no tushare token: set the environment variable {TOKEN_VARIABLE}, or "
            "write it as 'token' under 'tushare' in conf/local/credentials.yml."
        )
    with kept_secret(token):
        yield TushareProvider(token, retries)


def _new_client(token: str, retries: Retries) -> Any:
    # heavy: imported when used
    import tushare  # noqa: PLC0415
    from tushare.pro import client  # noqa: PLC0415

    vars(client)["requests"] = BoundedRequests
    return tushare.pro_api(token, timeout=retries.timeout_seconds)


def _answer(client: Any, api: str, query: Mapping[str, str], token: str) -> pd.DataFrame | Fault:
    """The reply or why there is none.

    The error itself goes no further: `requests` hangs the request, token included, on its own.
    """
    try:
        frame: pd.DataFrame = getattr(client, api)(**query)
    except Exception as error:  # the client raises bare Exceptions
        return explain(error, token, api)
    # An HTTP error becomes an empty frame without columns; an honest empty reply has its columns.
    if len(frame.columns) == 0:
        return HTTP_ERROR
    named = {name for name in frame.columns if isinstance(name, str)}
    return frame if len(named) == len(frame.columns) else NONSENSE
