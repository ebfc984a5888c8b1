"""Train, validation and test parts, as row numbers.

Splits in time go by the date that is forecast. Where windows or targets of neighbouring samples
overlap, `purge` and `embargo` keep a gap at the boundaries (López de Prado 2018, chapter 7).
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.errors import SettingError

Indices = NDArray[np.int64]
Dates = NDArray[np.datetime64]


@dataclass(frozen=True)
class Split:
    """Row numbers of the three parts, each ascending.

    Attributes:
        train: Rows that fit weights and scalers.
        valid: Rows that choose the epoch and the settings; may be empty.
        test: Rows that are forecast and judged.
    """

    train: Indices
    valid: Indices
    test: Indices

    def joined(self) -> Self:
        """The same test part, after training on the validation rows too."""
        return replace(self, train=np.concatenate([self.train, self.valid]), valid=self.valid[:0])


@dataclass(frozen=True)
class SplitByDate:
    """One split in time: train, then validation, then test.

    Attributes:
        test_start: First date of the test part.
        start: First date used; the first one there is if None.
        end: Last date used; the last one there is if None.
        validation_fraction: Share of the rows before `test_start` that validates, the last ones.
        purge: Rows dropped at the end of the part before a boundary.
        embargo: Rows dropped at the start of the part after a boundary.
    """

    test_start: date
    start: date | None = None
    end: date | None = None
    validation_fraction: float = 0.15
    purge: int = 0
    embargo: int = 0

    def split(self, dates: Dates) -> Split:
        """Split rows by their dates.

        Args:
            dates: Date that each row forecasts, ascending, [N].

        Raises:
            SettingError: If a date lies outside the data or a part has no rows.
        """
        first, boundary, stop = _bounds(dates, self.start, self.test_start, self.end)
        train, valid = _before(first, boundary, self.validation_fraction, self.purge)
        valid = valid[self.embargo :]
        test = np.arange(boundary + self.embargo, stop, dtype=np.int64)
        return _checked(Split(train, valid, test), self.validation_fraction)


@dataclass(frozen=True)
class ExpandingWindow:
    """Walk forward: test blocks in a row, each after training on all that lies before it.

    Attributes:
        test_start: First date of the first test block.
        refit_every: Rows a test block; the last one may be shorter.
        start: First date used; the first one there is if None.
        end: Last date used; the last one there is if None.
        validation_fraction: Share of the rows before a block that validates, the last ones.
        purge: Rows dropped at the end of the part before a boundary.
    """

    test_start: date
    refit_every: int
    start: date | None = None
    end: date | None = None
    validation_fraction: float = 0.15
    purge: int = 0

    def split(self, dates: Dates) -> list[Split]:
        """Split rows by their dates, one split a test block.

        Args:
            dates: Date that each row forecasts, ascending, [N].

        Raises:
            SettingError: If a date lies outside the data or a part has no rows.
        """
        first, boundary, stop = _bounds(dates, self.start, self.test_start, self.end)
        splits = []
        for begin in range(boundary, stop, self.refit_every):
            train, valid = _before(first, begin, self.validation_fraction, self.purge)
            test = np.arange(begin, min(begin + self.refit_every, stop), dtype=np.int64)
            splits.append(_checked(Split(train, valid, test), self.validation_fraction))
        return splits


def _bounds(
    dates: Dates, start: date | None, test_start: date, end: date | None
) -> tuple[int, int, int]:
    """First row used, first test row, and the row after the last one used."""
    if len(dates) == 0:
        raise SettingError("there are no rows to split: use a longer span of data.")
    if np.isnat(dates).any() or not np.all(dates[1:] > dates[:-1]):
        raise SettingError("the dates to split by must be known and ascend: sort the rows by date.")
    begin, last = dates[[0, -1]].astype("datetime64[D]")
    for name, day in {"start": start, "test_start": test_start, "end": end}.items():
        if day is not None and not begin <= np.datetime64(day) <= last:
            raise SettingError(
                f"the setting '{name}' is {day}, outside the data ({begin} to {last}): "
                "choose a date in it."
            )
    first = 0 if start is None else int(np.searchsorted(dates, np.datetime64(start)))
    boundary = int(np.searchsorted(dates, np.datetime64(test_start)))
    stop = len(dates) if end is None else int(np.searchsorted(dates, np.datetime64(end), "right"))
    return first, boundary, stop


def _before(first: int, boundary: int, fraction: float, purge: int) -> tuple[Indices, Indices]:
    """Train and validation rows among first … boundary - 1, the last ones validate."""
    valid_start = boundary - int(fraction * (boundary - first))
    valid = np.arange(valid_start, max(valid_start, boundary - purge), dtype=np.int64)
    train = np.arange(first, max(first, valid_start - purge), dtype=np.int64)
    return train, valid


def _checked(split: Split, validation_fraction: float) -> Split:
    """The split, unless a part that was asked for has no rows."""
    remedy = "use more data, another 'test_start', or less 'purge' and 'embargo'."
    if len(split.train) == 0:
        raise SettingError(f"no row is left to train on: {remedy}")
    if len(split.valid) == 0 and validation_fraction > 0:
        raise SettingError(
            f"'validation_fraction' {validation_fraction} leaves no row to validate on: {remedy}"
        )
    if len(split.test) == 0:
        raise SettingError(f"no row is left to test on: {remedy}")
    return split
