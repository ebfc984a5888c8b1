"""The checked bars of a universe, symbol by symbol."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import pandas as pd

from dl_pipelines.errors import (
    DataError,
    DlPipelinesError,
    ProviderRefusedError,
    SettingError,
    SourceError,
    UnknownSymbolError,
    user_error,
)
from dl_pipelines.frames.calendar import trading_sessions
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.frames.schemas import check_daily_bars
from dl_pipelines.frames.tables import file_name
from dl_pipelines.params import Holdout

Reader = Callable[[], pd.DataFrame]
Result = TypeVar("Result")

_SAVED_TOGETHER = 2  # symbols that a kill may cost; Kedro keeps dozens of such parts in memory
_HOPELESS = 5  # failures of the provider in a row that are no longer the symbols' fault


def check_members(members_on: date | None, holdout: Holdout) -> None:
    """Refuse the members that an index had when the test had begun: those are its survivors.

    Args:
        members_on: The day whose members they are; None of symbols that were named.
        holdout: Says when the test begins.

    Raises:
        SettingError: If that day is one of the test.
    """
    if members_on and members_on >= holdout.test_start:
        raise SettingError(
            f"the setting 'stock.members_on' is {members_on} and the test begins on "
            f"{holdout.test_start}: whoever is a member by then may be so thanks to days that are "
            "to be forecast, so set it to a day before."
        )


def checked_bars(
    source: Mapping[str, Reader],
) -> Iterator[tuple[dict[str, pd.DataFrame], dict[str, Any]]]:
    """Read and check the bars of each symbol; one that fails does not stop the rest.

    Args:
        source: Symbol → what reads or fetches its bars.

    Yields:
        Some symbols' bars, and a report of all symbols up to them: `symbols` (ts_code → how many
        bars), `left_out` (ts_code → why there are none), `first` and `last` (days, ISO).

    Raises:
        SourceError: If the provider refuses whatever it is asked, or fails for all symbols or five
            in a row: it is not their fault then.
        DataError: If no symbol is left.
    """
    report: dict[str, Any] = {"symbols": {}, "left_out": {}, "first": None, "last": None}
    names, in_a_row, hopeless = iter(source), 0, min(_HOPELESS, len(source))
    while some := list(islice(names, _SAVED_TOGETHER)):
        bars: dict[str, pd.DataFrame] = {}
        for symbol in some:
            found = or_mistake(partial(_checked, source[symbol]))
            failed = isinstance(found, SourceError) and not isinstance(found, UnknownSymbolError)
            in_a_row = in_a_row + 1 if failed else 0
            if isinstance(found, SourceError) and (
                isinstance(found, ProviderRefusedError) or in_a_row == hopeless
            ):
                yield bars, _extended(report, bars)  # what is done is kept
                raise found
            if isinstance(found, DlPipelinesError):
                report["left_out"][symbol] = str(found)
            else:
                bars[symbol] = found
        yield bars, _extended(report, bars)
    if not report["symbols"]:
        symbol, why = next(iter(report["left_out"].items()))
        raise DataError(f"no symbol of the universe has bars, the first of them {symbol}: {why}")


def or_mistake(call: Callable[[], Result]) -> Result | DlPipelinesError:
    """What a call gives, or the user's mistake that it ends with."""
    try:
        return call()
    except Exception as error:
        if mistake := user_error(error):
            return mistake
        raise


def _checked(read: Reader) -> pd.DataFrame:
    bars = check_daily_bars(parse_daily_bars(read()))
    first = bars["date"].iloc[0]
    try:
        trading_sessions(first, first)
    except SettingError as error:  # all symbols share one calendar, which has no such day
        raise DataError(
            f"{file_name(bars)} has a bar of {first:%Y-%m-%d}, before there was an exchange: "
            "correct the date, or delete the row."
        ) from error
    return bars


def _extended(report: dict[str, Any], bars: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    report["symbols"] |= {symbol: len(each) for symbol, each in bars.items()}
    days = [f"{day:%Y-%m-%d}" for each in bars.values() for day in each["date"].iloc[[0, -1]]]
    known = [day for day in (report["first"], report["last"]) if day]
    if days or known:
        report["first"], report["last"] = min(days + known), max(days + known)
    return report
