"""Providers of market data behind one interface; docs/data.md compares them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any, Protocol

import pandas as pd

from dl_pipelines.errors import SettingError
from dl_pipelines.sources.asking import Retries
from dl_pipelines.sources.baostock import open_baostock
from dl_pipelines.sources.tushare import open_tushare


class Provider(Protocol):
    """Where daily bars come from.

    Symbols are `ts_code`s: six digits and the exchange, `600519.SH`, `000300.SH`.
    """

    name: str

    def daily_bars(self, ts_code: str, start: date, end: date) -> pd.DataFrame:
        """Fetch the daily bars of an index or of a share.

        Indices come as they are. Prices of shares are back-adjusted (后复权) for dividends and
        splits: the first day keeps its price, so days that are added never change the past. Volume
        and amount stay as traded, and days on which a share was suspended are left out.

        Args:
            ts_code: The symbol.
            start: First day.
            end: Last day, included.

        Returns:
            Daily bars, ascending: date, open, high, low, close (index points or yuan), volume
            (shares), amount (yuan, NaN where the provider has none).
            `attrs["duplicates_removed"]` counts rows that were sent more than once.

        Raises:
            SourceError: If the provider refuses, fails, does not know the symbol, has no bars of
                it or answers nonsense; the sentence says what to do.
        """
        ...

    def index_members(self, index: str, day: date) -> list[str]:
        """Fetch the members of an index.

        Args:
            index: A key of `dl_pipelines.sources.symbols.INDICES`: `hs300`.
            day: The members are those of the newest list on or before this day.

        Returns:
            Their `ts_code`s, sorted.

        Raises:
            SourceError: If the provider refuses, fails, has no such list or answers nonsense.
        """
        ...


PROVIDERS: dict[str, Callable[[Mapping[str, str], Retries], AbstractContextManager[Provider]]] = {
    "tushare": open_tushare,
    "baostock": open_baostock,
}


def check_provider(name: str) -> None:
    """Find a misspelt name.

    Raises:
        SettingError: If there is no such provider.
    """
    if name not in PROVIDERS:
        raise SettingError(f"there is no provider '{name}': choose one of {', '.join(PROVIDERS)}.")


@contextmanager
def open_provider(
    name: str, *, credentials: Mapping[str, str] | None = None, **request: Any
) -> Iterator[Provider]:
    """Open a provider; nothing is asked before its first method is called.

    Args:
        name: A key of `PROVIDERS`.
        credentials: tushare: `{token: …}` (the environment variable TUSHARE_TOKEN goes first);
            baostock: none, or `{user: …, password: …}`.
        **request: Settings of `Retries`.

    Raises:
        SettingError: If there is no such provider.
        SourceError: If its token is missing, or its package is not installed.
    """
    check_provider(name)
    with PROVIDERS[name](credentials or {}, Retries(**request)) as provider:
        yield provider
