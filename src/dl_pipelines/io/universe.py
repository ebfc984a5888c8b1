"""The Kedro dataset of a universe: daily bars of many symbols, each read when it is asked for."""

import logging
import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.io.csv_files import read_text_csv
from dl_pipelines.io.extending import iso_day
from dl_pipelines.io.provider_bars import ProviderBarsDataset
from dl_pipelines.io.utf8 import read_utf8
from dl_pipelines.sources.providers import open_provider
from dl_pipelines.sources.symbols import INDICES, is_ts_code

logger = logging.getLogger(__name__)

Reader = Callable[[], pd.DataFrame]

FILES = "files"


class Universe(dict[str, Reader]):
    """What reads, or fetches, the bars of each symbol, by ts_code.

    Attributes:
        members_on: The day whose members of an index they are; None of symbols that were named.
    """

    def __init__(self, readers: Mapping[str, Reader], members_on: date | None = None) -> None:
        """Take both."""
        super().__init__(readers)
        self.members_on = members_on


class UniverseBarsDataset(AbstractDataset[NoReturn, Universe]):
    """Daily bars of the symbols of a universe; read-only, nothing is read before it is asked for.

    Of files each symbol has its own, `<ts_code>.csv`, with the columns of daily bars. A provider
    extends each symbol's table by the days it lacks; see `ProviderBarsDataset`.
    """

    def __init__(
        self,
        *,
        universe: str | Sequence[str],
        source: str,
        path: str,
        table: Mapping[str, str],
        start_date: str,
        end_date: str | None = None,
        members_on: str,
        check_against: str | None = None,
        credentials: Mapping[str, str] | None = None,
        request: Mapping[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe what is wanted.

        Args:
            universe: ts_codes, as a list or separated by blanks; a text file of them; or `hs300`.
            source: `files`, or a key of `dl_pipelines.sources.providers.PROVIDERS`.
            path: Folder of the CSV files.
            table: `{path: folder}` of the tables that a provider extends, `<ts_code>.parquet`.
            start_date: First day to ask a provider for, ISO.
            end_date: Last day to ask for, ISO; today in China if null.
            members_on: Day whose members an index has, ISO.
            check_against: Must be null: providers are compared for one symbol.
            credentials: What `open_provider` needs to know.
            request: Settings of `Retries`.
            metadata: Free notes for hooks.
        """
        self._universe, self._source = universe, source
        self._files, self._tables = Path(path), Path(table["path"])
        self._members_on, self._check_against = members_on, check_against
        self._days: dict[str, Any] = {"start_date": start_date, "end_date": end_date}
        self._asking: dict[str, Any] = {"credentials": credentials, "request": dict(request or {})}
        self.metadata = metadata

    def load(self) -> Universe:
        """The symbols, and what reads each.

        Raises:
            SettingError: If the universe names something that is no ts_code, or is to be checked,
                or the day of the members is none.
            DataError: If a file of them cannot be read or names none.
            SourceError: If a provider does not tell the members of an index.
        """
        if self._check_against:
            raise SettingError(
                "the setting 'stock.check_against' compares the bars of one symbol: set it or "
                "'stock.universe' to null."
            )
        index = next((name for name in INDICES if name == self._universe), None)
        day = iso_day("members_on", self._members_on) if index else None
        symbols = self._members(index, day) if index and day else universe_symbols(self._universe)
        told = len(symbols), symbols[0], symbols[-1], self._source
        logger.info("daily bars of %d symbol(s), %s to %s, from %s", *told)
        return Universe({symbol: partial(self._read, symbol) for symbol in symbols}, day)

    def _read(self, symbol: str) -> pd.DataFrame:
        if self._source == FILES:
            return self._of_own_file(self._files / f"{symbol}.csv")
        dataset = ProviderBarsDataset(
            provider=self._source,
            table=str(self._tables / f"{symbol}.parquet"),
            ts_code=symbol,
            quiet=True,
            **self._days,
            **self._asking,
        )
        return dataset.load()

    def _of_own_file(self, path: Path) -> pd.DataFrame:
        if not path.is_file():
            raise DataError(f"{path} does not exist: put the bars there, or leave the symbol out.")
        return read_text_csv(path)

    def _members(self, index: str, day: date) -> list[str]:
        if self._source == FILES:
            raise SettingError(
                f"the setting 'stock.universe' is {index}, whose members only a provider knows: "
                "set 'stock.source' to tushare or baostock, or name the symbols."
            )
        credentials, request = self._asking["credentials"], self._asking["request"]
        with open_provider(self._source, credentials=credentials, **request) as provider:
            return provider.index_members(index, day)

    def save(self, data: NoReturn) -> None:
        """Refuse: it is a source."""
        raise DatasetError("a universe is a source and is never written.")

    def _describe(self) -> dict[str, Any]:
        universe = reprlib.repr(self._universe)  # Kedro looks for passwords in it: keep it short
        return {"universe": universe, "source": self._source, "path": self._files}


def universe_symbols(universe: object) -> list[str]:
    """The ts_codes of a universe, each once, in alphabetical order.

    Args:
        universe: ts_codes, as a list or separated by blanks; or the name of a text file that has
            one in the beginning of each line (a CSV file may have a header line).

    Raises:
        SettingError: If something is no ts_code.
        DataError: If a file cannot be read or names none.
    """
    names = _names(universe)
    wrong = [name for name in names or [""] if not is_ts_code(name)]
    if wrong and isinstance(universe, str) and _is_file(Path(universe)):
        return _of_file(Path(universe))
    if wrong:
        raise SettingError(
            f"the setting 'stock.universe' has '{wrong[0]}', which is neither a ts_code such as "
            f"600519.SH nor a file nor {' or '.join(INDICES)}: correct it."
        )
    return sorted(set(names))


def _names(universe: object) -> list[Any]:
    """What a setting lists; the command line makes a number of `600519`."""
    if isinstance(universe, str):
        return universe.split()
    return list(universe) if isinstance(universe, Sequence) else [universe]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # too long for a name
        return False


def _of_file(path: Path) -> list[str]:
    lines = read_utf8(path).splitlines()
    cells = [re.split(r"[,;\s]", line.strip())[0].strip('"') for line in lines]
    found = [(row, cell) for row, cell in enumerate(cells, start=1) if cell]
    header = found[:1] if found and re.fullmatch(r"\D+", found[0][1]) else []  # such as ts_code
    wrong = [line for line in found[len(header) :] if not is_ts_code(line[1])]
    if wrong:
        raise DataError(
            f"{path}, line {wrong[0][0]}: '{wrong[0][1]}' is no ts_code such as 600519.SH; "
            "write one a line."
        )
    symbols = sorted({cell for _, cell in found[len(header) :]})
    if not symbols:
        raise DataError(f"{path} names no ts_code such as 600519.SH: write one a line.")
    return symbols
