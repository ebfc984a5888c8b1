"""Daily bars that somebody sends to a model server, checked like those of a file."""

from typing import Any

import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.frames.bars import COLUMNS
from dl_pipelines.frames.features import HISTORY
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.frames.schemas import DAILY_BARS
from dl_pipelines.frames.tables import check_schema, reject, row_location

NAME = "the request"  # stands for a file in the sentences about bad rows


def bars_of_request(sent: Any, *, at_least: int) -> pd.DataFrame:
    """Take daily bars as they were sent.

    Args:
        sent: A frame with one row a trading day, ascending: open, high, low, close (index points),
            volume (shares), possibly date (YYYY-MM-DD) and amount; numbers may be text.
        at_least: Rows needed; the last ones are those that a forecast is made from.

    Returns:
        Typed and checked daily bars, as `frames.schemas.check_daily_bars` leaves them. Where no
        dates were sent they are made up: only their order counts.

    Raises:
        DataError: If it is no such frame, naming row, column and value of the first cell that is
            wrong, if there are too few rows, naming both numbers, or if nothing was traded or no
            price moved in the rows that are needed.
    """
    if not isinstance(sent, pd.DataFrame):
        raise DataError(
            f"{NAME} holds no table of daily bars: send rows with the columns {', '.join(COLUMNS)} "
            "(the date may be left out), as JSON under dataframe_split or dataframe_records."
        )
    text = sent.reset_index(drop=True)
    text.attrs["file"] = NAME
    if "date" not in text:
        text.insert(0, "date", pd.date_range("2000-01-01", periods=len(text)))
    bars = parse_daily_bars(text)
    if len(bars) < at_least:
        raise DataError(
            f"{NAME} holds {len(bars)} daily bars, and a forecast needs at least {at_least}: send "
            "earlier days, too."
        )
    check_schema(bars, DAILY_BARS)
    _check_trade(bars, at_least)
    return bars


def _check_trade(bars: pd.DataFrame, at_least: int) -> None:
    """Refuse what no market does: features would be finite, but far from all that was learnt."""
    used = pd.Series(bars.index >= len(bars) - at_least)
    reject(bars, "volume", used & (bars["volume"] <= 0.0), "above 0; leave out days without trade")
    flat = (bars["high"] <= bars["low"]).rolling(HISTORY).sum() == HISTORY
    still = (used & flat).to_numpy()
    if still.any():
        raise DataError(
            f"{row_location(bars, int(still.argmax()))}: high equals low in this row and the "
            f"{HISTORY - 1} before it, and a forecast is measured by their range: send the prices "
            "as they were traded."
        )
