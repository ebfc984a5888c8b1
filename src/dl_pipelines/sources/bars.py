"""Typing and checking the daily bars that a provider sends, each in its own columns and units."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from dl_pipelines.cells import floats
from dl_pipelines.errors import SourceError, UnknownSymbolError

PRICES = ["open", "high", "low", "close"]


@dataclass(frozen=True)
class BarFormat:
    """How a provider writes a daily bar; prices are called open, high, low and close by all.

    Attributes:
        provider: Its name.
        day: Name of the column of days.
        day_format: How a day is written, for `strptime`.
        volume: Name of the column of volumes; `amount` is called so by all.
        shares: Shares that a unit of volume stands for.
        yuan: Yuan that a unit of amount stands for.
    """

    provider: str
    day: str
    day_format: str
    volume: str
    shares: float = 1.0
    yuan: float = 1.0

    @property
    def columns(self) -> list[str]:
        """The columns to ask for."""
        return [self.day, *PRICES, self.volume, "amount"]


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Attributes:
        start: First day.
        end: Last day, included.
        where: The request in words, for sentences.
    """

    start: date
    end: date
    where: str

    def misses(self, days: pd.Series) -> pd.Series:
        """Mark the days that were not asked for, and what is no day."""
        return ~days.between(pd.Timestamp(self.start), pd.Timestamp(self.end))


def typed_bars(page: pd.DataFrame, form: BarFormat, asked: Asked) -> pd.DataFrame:
    """Type and check the rows of a reply.

    Args:
        page: The rows as sent; text or numbers.
        form: How the provider writes them.
        asked: What was asked for.

    Returns:
        Daily bars in the order of the reply: date, open, high, low, close, volume (shares), amount
        (yuan, NaN where the provider has none).

    Raises:
        SourceError: At the first value that no daily bar can hold.
    """
    days = days_of(page, form.columns, form, asked)
    numbers = page[form.columns[1:]].apply(floats)
    numbers[form.volume] *= form.shares
    numbers["amount"] *= form.yuan
    bad = _impossible(numbers, form.volume)
    bad.insert(0, form.day, asked.misses(days))
    refuse(page, bad, form, asked)
    return pd.DataFrame(
        {
            "date": days,
            **{name: numbers[name] for name in PRICES},
            "volume": numbers[form.volume],
            "amount": numbers["amount"],
        }
    )


def days_of(page: pd.DataFrame, columns: list[str], form: BarFormat, asked: Asked) -> pd.Series:
    """The days of a reply that has to have some columns; NaT where a cell is none.

    Raises:
        SourceError: If a column is missing.
    """
    if missing := [name for name in columns if name not in page]:
        raise SourceError(
            f"{asked.where}: the reply lacks {', '.join(missing)}; {form.provider} may have "
            f"changed its interface: update the {form.provider} package or run without it."
        )
    return pd.to_datetime(page[form.day].astype(str), format=form.day_format, errors="coerce")


def refuse(page: pd.DataFrame, bad: pd.DataFrame, form: BarFormat, asked: Asked) -> None:
    """Name the first cell that is marked as impossible, and the prices beside it.

    Raises:
        SourceError: If a cell is.
    """
    rows, columns = np.nonzero(bad.to_numpy())
    if len(rows) == 0:
        return
    row, column = page.iloc[rows[0]], bad.columns[columns[0]]
    prices = ", ".join(f"{name} {row[name]}" for name in PRICES if name in row)
    raise SourceError(
        f"{asked.where}: on {row[form.day]} the reply has {column} '{row[column]}', which cannot "
        f"be{f' ({prices})' if prices else ''}; nothing was taken: run again later, or report the "
        f"day to {form.provider}."
    )


def joined(pages: list[pd.DataFrame], form: BarFormat, what: str) -> pd.DataFrame:
    """Join pages in ascending order; a row sent twice is kept once.

    Args:
        pages: Typed rows, with a column `date`.
        form: Whose they are.
        what: What they are, e.g. `bars of 000300.SH`.

    Returns:
        The rows, ascending; `attrs["duplicates_removed"]` counts those sent more than once.

    Raises:
        SourceError: If a day has two different rows.
    """
    rows = pd.concat(pages, ignore_index=True)
    bars = rows.drop_duplicates().sort_values("date", ignore_index=True)
    twice = bars.loc[bars["date"].duplicated(), "date"]
    if not twice.empty:
        raise SourceError(
            f"{form.provider} sent two different {what} for {twice.iloc[0]:%Y-%m-%d}; "
            f"nothing was taken: run again later, or report the day to {form.provider}."
        )
    bars.attrs["duplicates_removed"] = len(rows) - len(bars)
    return bars


def no_bars(provider: str, ts_code: str, start: date, end: date) -> UnknownSymbolError:
    """The sentence for a symbol that a provider has nothing of."""
    return UnknownSymbolError(
        f"{provider} has no daily bars of {ts_code} from {start} to {end}: check the ts_code and "
        "the dates."
    )


def _impossible(numbers: pd.DataFrame, volume: str) -> pd.DataFrame:
    """Mark the cells that no daily bar can hold."""
    prices = numbers[PRICES]
    bad = ~((numbers > 0) & (numbers < np.inf))
    bad[volume] = ~numbers[volume].between(0, np.inf, inclusive="left")
    bad["amount"] = (numbers["amount"] < 0) | (numbers["amount"] == np.inf)  # may be missing
    comparable = ~bad[PRICES].any(axis=1)
    bad["high"] |= comparable & (prices["high"] < prices.max(axis=1))
    bad["low"] |= comparable & (prices["low"] > prices.min(axis=1))
    return bad
