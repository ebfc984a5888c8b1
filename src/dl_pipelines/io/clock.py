"""The time at which a pipeline runs."""

from typing import Any, NoReturn

import pandas as pd
from kedro.io import AbstractDataset, DatasetError


class ClockDataset(AbstractDataset[NoReturn, pd.Timestamp]):
    """The machine's clock, as an input: nodes are functions of what they get."""

    def __init__(self, metadata: dict[str, Any] | None = None) -> None:
        """Take free notes for hooks."""
        self.metadata = metadata

    def load(self) -> pd.Timestamp:
        """The present moment, in UTC."""
        return pd.Timestamp.now(tz="UTC")

    def save(self, data: NoReturn) -> None:
        """Refuse: a clock is read."""
        raise DatasetError("a clock is read and never set.")

    def _describe(self) -> dict[str, Any]:
        return {}
