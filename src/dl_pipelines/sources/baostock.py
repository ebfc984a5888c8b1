"""Daily bars and members of indices from baostock, a free service without registration.

Bars come in ascending pages of 2,000 rows, volume in shares, amount in yuan. `adjustflag` 1 is
back-adjusted and 3 as traded. A suspended share has rows too, with the last close as prices and
`tradestatus` 0: they are no bars.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date

import pandas as pd

from dl_pipelines.errors import SourceError
from dl_pipelines.sources.asking import Fault, Retries, ask, kept_secret
from dl_pipelines.sources.baostock_session import Session
from dl_pipelines.sources.bars import Asked, BarFormat, joined, no_bars, typed_bars
from dl_pipelines.sources.symbols import from_baostock, index_code, is_index, to_baostock

BARS = BarFormat("baostock", "date", "%Y-%m-%d", "volume")
_BACK_ADJUSTED, _AS_TRADED = "1", "3"
_STATUS, _SUSPENDED = "tradestatus", "0"
_ANONYMOUS = {"user": "anonymous", "password": "123456"}  # the client's own defaults
_MEMBERS = {"hs300": "query_hs300_stocks"}


class BaostockProvider:
    """baostock as a `Provider`; see there."""

    name = "baostock"

    def __init__(self, session: Session, retries: Retries) -> None:
        """Keep what is needed to ask; nothing is asked yet.

        Args:
            session: The login.
            retries: How long baostock is waited for.
        """
        self._session = session
        self._retries = retries

    def daily_bars(self, ts_code: str, start: date, end: date) -> pd.DataFrame:
        """Fetch daily bars; see `Provider.daily_bars`."""
        code, share = to_baostock(ts_code), not is_index(ts_code)
        fields = [*BARS.columns, *([_STATUS] if share else [])]
        asked = Asked(start, end, f"baostock daily bars of {ts_code}, {start} to {end}")
        rows = self._ask(
            asked,
            lambda: self._session.rows(
                "query_history_k_data_plus",
                code,
                ",".join(fields),
                start_date=f"{start}",
                end_date=f"{end}",
                frequency="d",
                adjustflag=_BACK_ADJUSTED if share else _AS_TRADED,
            ),
        )
        if share and _STATUS in rows:
            rows = rows[rows[_STATUS] != _SUSPENDED]
        if rows.empty:
            raise no_bars(self.name, ts_code, start, end)
        return joined([typed_bars(rows, BARS, asked)], BARS, f"bars of {ts_code}")

    def index_members(self, index: str, day: date) -> list[str]:
        """Fetch the members of an index; see `Provider.index_members`."""
        index_code(index)
        asked = Asked(day, day, f"baostock members of {index} on {day}")
        rows = self._ask(asked, lambda: self._session.rows(_MEMBERS[index], f"{day}"))
        if "code" not in rows or rows.empty:
            raise SourceError(f"{asked.where}: there are no members; choose another day.")
        return sorted({from_baostock(str(code)) for code in rows["code"]})

    def _ask(self, asked: Asked, answer: Callable[[], pd.DataFrame | Fault]) -> pd.DataFrame:
        return ask(answer, where=asked.where, retries=self._retries)


@contextmanager
def open_baostock(credentials: Mapping[str, str], retries: Retries) -> Iterator[BaostockProvider]:
    """Open baostock; the login follows with the first request.

    Args:
        credentials: None, for an anonymous login, or `{user: …, password: …}`.
        retries: How long it is waited for.

    Raises:
        SourceError: If the baostock package is not installed.
    """
    login = {**_ANONYMOUS, **credentials}
    session = Session(login["user"], login["password"], retries.timeout_seconds)
    # That of the anonymous login is no secret, and may be a part of any number.
    keeping = kept_secret(login["password"]) if credentials else nullcontext()
    try:
        with keeping:
            yield BaostockProvider(session, retries)
    finally:
        session.close()
