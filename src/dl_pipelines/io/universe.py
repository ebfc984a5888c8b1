"""The Kedro dataset of a universe: daily bars of many symbols, each read when it is asked for."""

import logging
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.io.csv_files import read_text_csv

logger = logging.getLogger(__name__)

Reader = Callable[[], pd.DataFrame]

HS300 = "hs300"
_TS_CODE = re.compile(r"\d{6}\.(SH|SZ|BJ)")


class UniverseBarsDataset(AbstractDataset[NoReturn, dict[str, Reader]]):
    """Daily bars of the symbols of a universe; read-only, nothing is read before it is asked for.

    Files are the user's own: `<ts_code>.csv` in a folder, with the columns of daily bars.
    """

    def __init__(
        self,
        *,
        universe: str | Sequence[str],
        path: str,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe what is wanted.

        Args:
            universe: ts_codes, as a list or separated by blanks; or a text file of them.
            path: Folder of the CSV files.
            metadata: Free notes for hooks.
        """
        self._universe = universe
        self._folder = Path(path)
        self.metadata = metadata

    def load(self) -> dict[str, Reader]:
        """What reads the bars of each symbol.

        Raises:
            SettingError: If the universe names something that is no ts_code.
            DataError: If a file of them cannot be read or names none.
        """
        symbols = universe_symbols(self._universe)
        logger.info(
            "a universe of %d symbols, from %s to %s", len(symbols), symbols[0], symbols[-1]
        )
        return {symbol: partial(self._read, symbol) for symbol in symbols}

    def _read(self, symbol: str) -> pd.DataFrame:
        return read_text_csv(self._folder / f"{symbol}.csv")

    def save(self, data: NoReturn) -> None:
        """Refuse: it is a source."""
        raise DatasetError("a universe is a source and is never written.")

    def _describe(self) -> dict[str, Any]:
        return {"universe": self._universe, "path": self._folder}


def universe_symbols(universe: str | Sequence[str]) -> list[str]:
    """The ts_codes of a universe, each once, in alphabetical order.

    Args:
        universe: ts_codes, as a list or separated by blanks; or the name of a text file that has
            one in the beginning of each line (a CSV file may have a header line).

    Raises:
        SettingError: If something is no ts_code.
        DataError: If a file cannot be read or names none.
    """
    if isinstance(universe, str) and Path(universe).is_file():
        return _of_file(Path(universe))
    names = universe.split() if isinstance(universe, str) else list(universe)
    for name in names or [""]:
        if not _TS_CODE.fullmatch(str(name)):
            raise SettingError(
                f"the setting 'stock.universe' has '{name}', which is neither a ts_code such as "
                f"600519.SH nor a file nor {HS300}: correct it."
            )
    return sorted(set(names))


def _of_file(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}): save it as UTF-8 text.") from error
    cells = [re.split(r"[,;\s]", line.strip())[0].strip('"') for line in lines]
    found = [(row, cell) for row, cell in enumerate(cells, start=1) if cell]
    wrong = [(row, cell) for row, cell in found if not _TS_CODE.fullmatch(cell)]
    if wrong and wrong[0][0] > 1:  # a first line may be a header
        raise DataError(
            f"{path}, line {wrong[0][0]}: '{wrong[0][1]}' is no ts_code such as 600519.SH; "
            "write one a line."
        )
    symbols = sorted({cell for _, cell in found if _TS_CODE.fullmatch(cell)})
    if not symbols:
        raise DataError(f"{path} names no ts_code such as 600519.SH: write one a line.")
    return symbols
