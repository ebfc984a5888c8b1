"""Samples of many symbols below one another, as arrays that hold a million rows.

Shapes: N samples, each symbol's in a row and in order of time; S symbols, F features, T days of a
window.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.data.splits import Indices, Split, SplitByDate
from dl_pipelines.data.targets import TARGETS

Floats = NDArray[np.float32]

PRICES = ("actual", "close", "persistence", "close_naive", "har_ridge")


@dataclass(frozen=True)
class Panel:
    """What one network learns from many symbols; single precision, for there are many samples.

    Attributes:
        symbols: Names, S of them.
        starts: First sample of each symbol, and N: [S + 1].
        values: Features known at the close of day t, the last one the symbol's number from 1, as
            `models.symbol_lstm.SymbolLSTM` takes them, [N, F].
        targets: The high of day t + 1, encoded, [N].
        dates: The day t + 1, [N].
    """

    symbols: tuple[str, ...]
    starts: Indices
    values: Floats
    targets: Floats
    dates: NDArray[np.datetime64]

    @classmethod
    def from_arrays(cls, values: Floats, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The panel whose values and whose `to_arrays` these are."""
        own: dict[str, Any] = {**arrays, "symbols": tuple(arrays["symbols"].tolist())}
        return cls(values=values, **own)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All but the values, most of a panel, as named arrays, fit for an .npz file."""
        arrays = {**vars(self), "symbols": np.array(self.symbols)}
        del arrays["values"]
        return arrays

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

    def symbol_numbers(self, rows: Indices) -> Indices:
        """Which symbol samples belong to, counted from 0, [n]."""
        return np.searchsorted(self.starts, rows, side="right") - 1

    def learnt(self, rows: Indices) -> NDArray[np.bool_]:
        """By number, whether a symbol is among samples; 0 is that of any other, [S + 1]."""
        known = np.zeros(len(self.symbols) + 1, dtype=bool)
        known[self.symbol_numbers(rows) + 1] = True
        return known

    def identity(self, rows: Sequence[Indices]) -> list[NDArray[Any]]:
        """Arrays that change if anything that is learnt from `rows` does.

        A window reaches back over samples before its own, so all up to the last day count. They
        are views: a copy of them would be most of the panel once more.
        """
        last = max(self.dates[part].max() for part in rows if len(part))
        known = [
            slice(first, first + int(np.searchsorted(self.dates[first:end], last, "right")))
            for first, end in pairwise(self.starts)
        ]
        return [array[part] for array in (self.values, self.targets) for part in known] + [*rows]


@dataclass(frozen=True)
class Quotes:
    """The prices around the samples of a panel: what forecasts are decoded and judged by.

    Attributes:
        range_22: Mean log range of the 22 days up to t, above 0, [N].
        prices: By name, [N] each: actual (the high of day t + 1), close (of day t), and the
            forecasts of the references; in the symbol's currency or points.
        target: How the high is encoded, a key of `data.targets.TARGETS`.
    """

    range_22: Floats
    prices: dict[str, Floats]
    target: str

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """What `to_arrays` gave."""
        prices = {name: arrays[name] for name in PRICES}
        return cls(arrays["range_22"], prices, str(arrays["target"]))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as named arrays, fit for an .npz file."""
        return {**self.prices, "range_22": self.range_22, "target": np.array(self.target)}

    def judged(self, rows: Indices) -> Indices:
        """Those of the samples that have a reference to be judged by; a young symbol has none."""
        kept: Indices = rows[np.isfinite(self.prices["har_ridge"][rows])]
        return kept

    def encoded(self) -> Floats:
        """The highs as a network learns them, [N]."""
        known = (self.prices["actual"], self.prices["close"], self.range_22)
        encode = TARGETS[self.target].encode
        return encode(*(array.astype(np.float64) for array in known)).astype(np.float32)

    def decode(self, encoded: NDArray[np.float64], rows: Indices) -> NDArray[np.float64]:
        """Turn predictions for samples, [n], into highs, [n]."""
        known = (array[rows].astype(np.float64) for array in (self.prices["close"], self.range_22))
        return TARGETS[self.target].decode(encoded, *known)


class PanelBuilder:
    """Puts the samples of symbols below one another, without a second copy of them."""

    def __init__(self, capacity: int, features: int) -> None:
        """Reserve memory; what is not filled is never touched, and so costs nothing.

        Args:
            capacity: Samples at most.
            features: Features of a sample, without the number of its symbol.
        """
        self._symbols: list[str] = []
        self._starts = [0]
        self._values = np.empty((capacity, features + 1), dtype=np.float32)
        self._dates = np.empty(capacity, dtype="datetime64[D]")
        self._others = {
            name: np.empty(capacity, dtype=np.float32) for name in ("range_22", *PRICES)
        }

    def add(self, symbol: str, samples: Mapping[str, NDArray[Any]]) -> None:
        """Add the samples of a symbol.

        Args:
            symbol: Its name.
            samples: `values` (without the number), `dates`, `range_22` and `PRICES`.
        """
        first = self._starts[-1]
        rows = slice(first, first + len(samples["dates"]))
        self._symbols.append(symbol)
        self._starts.append(rows.stop)
        self._values[rows, :-1], self._values[rows, -1] = samples["values"], len(self._symbols)
        self._dates[rows] = samples["dates"]
        for name, array in self._others.items():
            array[rows] = samples[name]

    def build(self, target: str) -> tuple[Panel, Quotes]:
        """The samples of all symbols so far.

        Args:
            target: How the next high is encoded, a key of `data.targets.TARGETS`.
        """
        end = self._starts[-1]
        others = {name: array[:end] for name, array in self._others.items()}
        quotes = Quotes(others.pop("range_22"), others, target)
        panel = Panel(
            symbols=tuple(self._symbols),
            starts=np.array(self._starts),
            values=self._values[:end],
            targets=quotes.encoded(),
            dates=self._dates[:end],
        )
        return panel, quotes
