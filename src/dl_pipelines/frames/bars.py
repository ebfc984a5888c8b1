"""Which columns a frame of daily bars has."""

import pandas as pd

from dl_pipelines.frames.tables import check_header

PRICES = ("open", "high", "low", "close")
COLUMNS = ("date", *PRICES, "volume")
OPTIONAL_COLUMNS = ("amount",)


def check_columns(frame: pd.DataFrame) -> None:
    """Check that a frame has rows, all columns of daily bars and no others.

    Raises:
        DataError: Naming the file and the columns that are missing or not known.
    """
    check_header(frame, COLUMNS, optional=OPTIONAL_COLUMNS, row="daily bar")
