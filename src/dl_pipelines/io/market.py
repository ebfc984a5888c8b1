"""Kedro datasets of market data in files: a CSV file and a parquet table."""

import logging
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
from kedro.io import AbstractDataset, DatasetError
from kedro_datasets._typing import TablePreview

from dl_pipelines.errors import SettingError
from dl_pipelines.io.bars_files import check_symbol, read_table, write_table
from dl_pipelines.io.csv_files import read_text_csv
from dl_pipelines.io.previews import Previewed

logger = logging.getLogger(__name__)


class MarketCsvDataset(AbstractDataset[NoReturn, pd.DataFrame]):
    """A CSV file of daily bars as text, for the pipeline to parse and judge; read-only."""

    def __init__(
        self,
        filepath: str | None,
        ts_code: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Name the file.

        Args:
            filepath: Path of the CSV file.
            ts_code: The symbol that it holds, e.g. `000300.SH`; None if it is not known.
            metadata: Free notes for hooks.

        Raises:
            SettingError: If there is none, or it is the embedded snapshot of another symbol.
        """
        if filepath is None:
            raise SettingError(
                "the setting 'stock.snapshot' is null, but the bars are to come from files: name a "
                "CSV file of daily bars, or set 'stock.source' to tushare or baostock."
            )
        self._filepath, self._ts_code = Path(filepath), ts_code
        if ts_code is not None:
            check_symbol(self._filepath, ts_code)
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the file: all columns as text; DataError if it cannot be read.

        `attrs["file"]` is the path, for error sentences, `attrs["source"]` the name alone, which
        is the same on every machine, `attrs["ts_code"]` the symbol, None
        if it is not known.
        """
        text = read_text_csv(self._filepath)
        text.attrs |= {"source": self._filepath.name, "ts_code": self._ts_code}
        logger.info("daily bars from %s", self._filepath.name)
        return text

    def save(self, data: NoReturn) -> None:
        """Refuse: the user's own file is never written."""
        raise DatasetError(f"{self._filepath} is a source and is never written.")

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "ts_code": self._ts_code}


class MarketTableDataset(Previewed, AbstractDataset[pd.DataFrame, pd.DataFrame]):
    """A parquet table of daily bars, written atomically: a kill leaves the old or the new one."""

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the file.

        Args:
            filepath: Path of the parquet file.
            metadata: Free notes for hooks.
        """
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the table with the attrs it was saved with; DataError if it is damaged."""
        return read_table(self._filepath)

    def save(self, data: pd.DataFrame) -> None:
        """Replace the table; DataError if it cannot be written, the old one is then untouched."""
        write_table(data, self._filepath)

    def _preview(self, nrows: int = 5) -> TablePreview:
        """The newest days, for `kedro viz`."""
        return TablePreview(self.load().tail(nrows).to_dict(orient="split"))

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath}
