"""Tables of house prices as text, from wherever the user has them."""

import logging
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.io.csv_files import read_text_csv
from dl_pipelines.sources.files import RemoteFile, in_mirror, locate, own_file

logger = logging.getLogger(__name__)

AMES_ROWS = 2930
AMES_DOLLARS = 529_732_456  # all prices added up

BOSTON_COLUMNS = (
    *("CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE"),
    *("DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT", "price"),
)


def is_ames(path: Path) -> bool:
    """Whether a CSV file holds the 2,930 houses of De Cock (2011), however it is written."""
    try:
        text = read_text_csv(path)
    except DataError:
        return False
    if "price" not in text or len(text) != AMES_ROWS:
        return False
    prices = pd.to_numeric(text["price"], errors="coerce")
    return bool(prices.sum() == AMES_DOLLARS)


REMOTE_FILES: dict[str, RemoteFile | None] = {
    "boston": None,  # ships with the package mlxtend
    "ames": RemoteFile(
        mirror="house/ames.csv",
        urls=("https://www.openintro.org/data/csv/ames.csv",),
        digest="9d9b8dc9c281b90aec334253fa5960c40a0d72a81a9e06393345d218c5a27004",
        is_same=is_ames,
    ),
    "california": RemoteFile(
        mirror="house/california_housing.csv",
        urls=(
            "https://raw.githubusercontent.com/ageron/handson-ml2/master/datasets/housing/housing.csv",
        ),
        digest="8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e",
    ),
}


class HousesDataset(AbstractDataset[NoReturn, pd.DataFrame]):
    """A table of house prices as text, for the pipeline to parse and judge; read-only.

    Sources, the first that there is: the user's own `<path>/<dataset>.csv`; for Boston the copy in
    the package mlxtend; for the others the mirror folder, then a download (see `locate`).
    """

    def __init__(self, dataset: str, path: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the table.

        Args:
            dataset: `boston`, `ames` or `california`.
            path: Folder of the user's own files (Kedro resolves a key of this name against the
                project's root).
            metadata: Free notes for hooks.

        Raises:
            SettingError: If there is no such table.
        """
        if dataset not in REMOTE_FILES:
            known = ", ".join(REMOTE_FILES)
            raise SettingError(f"the setting 'house.dataset' is {dataset}: choose one of {known}.")
        self._remote = REMOTE_FILES[dataset]
        self._own = Path(path, f"{dataset}.csv")
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the table: all columns as text, an empty cell is the empty string.

        `attrs["file"]` is the path, for error sentences, `attrs["source"]` tells the origin in the
        same words on every machine.

        Raises:
            DataError: If the file is no CSV table, or the mirror's is not the one expected.
            SourceError: If the table cannot be had.
        """
        located = locate(self._own, self._remote) if self._remote else own_file(self._own)
        if located:
            text = read_text_csv(located.path)
            text.attrs["source"] = located.source
        else:
            text = _packaged_boston()
        logger.info("house prices: %s", text.attrs["source"])
        return text

    def save(self, data: NoReturn) -> None:
        """Refuse: neither the user's file nor a public one is written."""
        raise DatasetError(f"{self._own.stem} is a source and is never written.")

    def _exists(self) -> bool:
        """Whether the table is on this machine, downloads aside."""
        return self._own.is_file() or self._remote is None or in_mirror(self._remote) is not None

    def _describe(self) -> dict[str, Any]:
        return {"dataset": self._own.stem, "own": self._own}


def _packaged_boston() -> pd.DataFrame:
    from mlxtend.data import boston_housing_data  # noqa: PLC0415  heavy: imported when used

    features, price = boston_housing_data()
    columns = [*features.T, price]
    text = pd.DataFrame(dict(zip(BOSTON_COLUMNS, columns, strict=True))).astype("str")
    text.attrs["file"] = "boston_housing.csv of the package mlxtend"
    text.attrs["source"] = "mlxtend, boston_housing.csv"
    return text
