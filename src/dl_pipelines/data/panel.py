"""Samples of many symbols below one another, as arrays that hold a million rows.

Shapes: N samples, each symbol's in a row and in order of time; S symbols, F features, T days of a
window.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.data.splits import Indices, Split, SplitByDate
from dl_pipelines.data.targets import TARGETS

Floats = NDArray[np.float32]

PRICES = ("actual", "close", "persistence", "close_naive", "har_ridge")


@dataclass(frozen=True)
class Panel:
    """Samples of next-day forecasts of many symbols; single precision, for there are many.

    Attributes:
        symbols: Names, S of them, ascending.
        starts: First sample of each symbol, and N: [S + 1].
        values: Features known at the close of day t, the last one the symbol's number from 1, as
            `models.symbol_lstm.SymbolLSTM` takes them, [N, F].
        targets: The high of day t + 1, encoded as `target` says, [N].
        dates: The day t + 1, [N].
        range_22: Mean log range of the 22 days up to t, [N].
        prices: By name, [N] each: actual (the high of day t + 1), close (of day t), and the
            forecasts of the references; in the symbol's currency or points.
        target: A key of `data.targets.TARGETS`.
    """

    symbols: tuple[str, ...]
    starts: Indices
    values: Floats
    targets: Floats
    dates: NDArray[np.datetime64]
    range_22: Floats
    prices: dict[str, Floats]
    target: str

    @classmethod
    def of_symbols(cls, samples: Mapping[str, Mapping[str, NDArray[Any]]], target: str) -> Self:
        """Put the samples of symbols below one another.

        Args:
            samples: Symbol → arrays `values` (without the number), `dates`, `range_22` and
                `PRICES`.
            target: How the next high is encoded.
        """
        symbols = tuple(sorted(samples))
        parts = [samples[symbol] for symbol in symbols]
        counts = [len(part["dates"]) for part in parts]
        numbers = np.repeat(np.arange(1, len(symbols) + 1, dtype=np.float32), counts)
        joined = {
            name: np.concatenate([part[name] for part in parts]).astype(np.float32, copy=False)
            for name in ("range_22", *PRICES)
        }
        columns = parts[0]["values"].shape[1]
        values = np.empty((len(numbers), columns + 1), dtype=np.float32)
        np.concatenate([part["values"] for part in parts], out=values[:, :-1])
        values[:, -1] = numbers
        known = (joined[name].astype(np.float64) for name in ("actual", "close", "range_22"))
        encoded = TARGETS[target].encode(*known)
        return cls(
            symbols=symbols,
            starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            values=values,
            targets=np.asarray(encoded, dtype=np.float32),
            dates=np.concatenate([part["dates"] for part in parts]).astype("datetime64[D]"),
            range_22=joined.pop("range_22"),
            prices=joined,
            target=target,
        )

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """What `to_arrays` gave."""
        own = {name: arrays[name] for name in ("starts", "values", "targets", "dates", "range_22")}
        return cls(
            symbols=tuple(arrays["symbols"].tolist()),
            prices={name: arrays[name] for name in PRICES},
            target=str(arrays["target"]),
            **own,
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as named arrays, fit for an .npz file."""
        own = {name: getattr(self, name) for name in ("starts", "values", "targets", "dates")}
        return {
            **own,
            **self.prices,
            "range_22": self.range_22,
            "symbols": np.array(self.symbols),
            "target": np.array(self.target),
        }

    def split(self, window: int, split: SplitByDate) -> Split:
        """The samples of each part whose window lies within their symbol.

        The parts are those of the days on which any symbol trades, so that a day is in one part
        for all of them.

        Args:
            window: Days of a window, T.
            split: How the days are split.
        """
        days, day = np.unique(self.dates, return_inverse=True)
        parts = split.split(days)
        age = np.arange(len(self.dates)) - np.repeat(self.starts[:-1], np.diff(self.starts))
        whole = age >= window - 1
        return Split(*(self._of_days(part, day, whole) for part in vars(parts).values()))

    def _of_days(self, part: Indices, day: Indices, whole: NDArray[np.bool_]) -> Indices:
        chosen = np.zeros(day.max() + 1, dtype=bool)
        chosen[part] = True
        rows: Indices = np.nonzero(chosen[day] & whole)[0]
        return rows

    def decode(self, encoded: NDArray[np.float64], rows: Indices) -> NDArray[np.float64]:
        """Turn predictions for samples, [n], into highs, [n]."""
        known = (array[rows].astype(np.float64) for array in (self.prices["close"], self.range_22))
        return TARGETS[self.target].decode(encoded, *known)

    def symbol_numbers(self, rows: Indices) -> Indices:
        """Which symbol samples belong to, counted from 0, [n]."""
        return np.searchsorted(self.starts, rows, side="right") - 1

    def identity(self, rows: Sequence[Indices]) -> list[NDArray[Any]]:
        """Arrays that change if anything that is learnt from `rows` does.

        A window reaches back over samples before its own, so all up to the last day count.
        """
        last = self.dates[np.concatenate(rows)].max()
        known = self.dates <= last
        return [self.values[known], self.targets[known], *rows]
