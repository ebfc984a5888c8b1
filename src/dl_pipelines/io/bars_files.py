"""Reading and writing the files that hold daily bars: the snapshot as CSV, parquet tables."""

from datetime import MAXYEAR, MINYEAR
from pathlib import Path

import pandas as pd
from pandas.api.types import is_datetime64_dtype, is_numeric_dtype

from dl_pipelines.cells import floats
from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.files import atomic_write
from dl_pipelines.io.csv_files import read_text_csv

BAR_COLUMNS = ("date", "open", "high", "low", "close", "volume")

_EMBEDDED = ("csi300_daily.csv", "000300.SH")  # the snapshot that comes with the project


def check_symbol(path: Path, ts_code: str) -> None:
    """Find the embedded snapshot where another symbol is wanted; an own file is anybody's.

    Args:
        path: A file of daily bars.
        ts_code: The symbol that it is to hold, e.g. `000300.SH`.

    Raises:
        SettingError: If it is that snapshot, and the symbol another.
    """
    name, symbol = _EMBEDDED
    if path.name == name and ts_code != symbol:
        raise SettingError(
            f"the setting 'stock.ts_code' is {ts_code}, and the embedded snapshot {name} holds "
            f"{symbol} only: name a CSV file of {ts_code} by 'stock.snapshot', or set "
            "'stock.source' to tushare or baostock and 'stock.snapshot' to null."
        )


def read_snapshot(path: Path) -> pd.DataFrame:
    """Read a CSV file of daily bars strictly, for extending it.

    Returns:
        Daily bars as in the file (dates ISO, volume in shares); `attrs["file"]` names it.

    Raises:
        DataError: If the file cannot be read, lacks a column, or a cell is no date or number.
    """
    text = read_text_csv(path)
    _require_bars(text, path)
    bars = pd.DataFrame({name: _typed(text, name, path) for name in text.columns})
    bars.attrs = dict(text.attrs)
    return bars


def read_table(path: Path) -> pd.DataFrame:
    """Read a parquet table of daily bars.

    Returns:
        The table with the `attrs` it was saved with, and `attrs["file"]`.

    Raises:
        DataError: If the file is missing, truncated, no parquet, or holds no daily bars.
    """
    try:
        bars = pd.read_parquet(path)
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist: run the pipeline from its start.") from error
    except Exception as error:  # of pyarrow's kinds, or any that pandas' own metadata lead to
        raise DataError(
            f"{path} is truncated or no parquet table: delete it and run again, it is then built "
            "anew."
        ) from error
    _require_bars(bars, path)
    bars.attrs["file"] = str(path)
    return bars


def write_table(bars: pd.DataFrame, path: Path) -> None:
    """Write daily bars as parquet, atomically; `attrs` are kept but for the file's own name.

    Raises:
        DataError: If the table cannot be written; the file is then as it was.
    """
    saved = bars.copy(deep=False)
    saved.attrs = {key: value for key, value in bars.attrs.items() if key != "file"}
    atomic_write(path, lambda file: saved.to_parquet(file, index=False))


def read_local_bars(table: Path, snapshot: Path | None) -> pd.DataFrame:
    """Read the bars that are to be extended.

    Args:
        table: The parquet table.
        snapshot: The CSV file to begin with while there is no table.

    Returns:
        The table, else the snapshot, else daily bars without rows; `attrs["file"]` names the file,
        which in the last case is the table to come.

    Raises:
        DataError: If the file is damaged, a column holds something else than days or numbers, or
            the days are not ascending and unique.
    """
    if table.is_file():
        bars = read_table(table)
    elif snapshot:
        bars = read_snapshot(snapshot)
    else:
        return _no_bars(table)
    _require_typed(bars)
    backwards = bars["date"].diff() <= pd.Timedelta(0)
    if backwards.any():
        day = bars.loc[backwards, "date"].iloc[0]
        raise DataError(
            f"{bars.attrs['file']}: {day:%Y-%m-%d} repeats or comes after a later day: keep one "
            "row a day, in ascending order."
        )
    return bars


def _typed(text: pd.DataFrame, name: str, path: Path) -> pd.Series:
    """A column as dates or numbers; an amount may be unknown."""
    cells = text[name]
    if name == "date":
        values = pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
    else:
        values = floats(cells)
    wrong = values.isna() & ~((name == "amount") & (cells == ""))
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise DataError(
            f"{path}, line {row + 2}: {name} '{cells.iloc[row]}' is no number or ISO date: "
            "correct it."
        )
    return values


def _no_bars(path: Path) -> pd.DataFrame:
    bars = pd.DataFrame({name: pd.Series(dtype="float64") for name in BAR_COLUMNS})
    bars["date"] = pd.Series(dtype="datetime64[us]")
    bars.attrs["file"] = str(path)
    return bars


def _require_bars(frame: pd.DataFrame, path: Path) -> None:
    if missing := [name for name in BAR_COLUMNS if name not in frame]:
        raise DataError(
            f"{path} lacks the column {', '.join(missing)}: daily bars have the columns "
            f"{', '.join(BAR_COLUMNS)}."
        )
    if frame.empty:
        raise DataError(f"{path} has no rows: put the daily bars back, or delete it.")


def _require_typed(bars: pd.DataFrame) -> None:
    """A CSV file's cells were typed by us; a parquet table may say what it likes."""
    file = bars.attrs["file"]
    remedy = "delete the file and run again, then it is made anew."
    for name in BAR_COLUMNS:
        kind = bars[name].dtype
        if name == "date" and not is_datetime64_dtype(kind):
            raise DataError(f"{file}: the column date holds {kind}, no days: {remedy}")
        if name != "date" and not is_numeric_dtype(kind):
            raise DataError(f"{file}: the column {name} holds {kind}, no numbers: {remedy}")
    if not bars["date"].dt.year.between(MINYEAR, MAXYEAR).all():
        raise DataError(f"{file}: the column date has gaps, or days of no calendar: {remedy}")
