"""A forecasting problem as arrays: what a model sees, what it should say, and for which day.

Shapes: `N` samples in order of time, `F` features, `S` models.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.targets import TARGETS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ForecastTask:
    """Samples of a next-day forecast.

    Attributes:
        values: Features known at the close of day t, [N, F].
        targets: The high of day t + 1, encoded as the model predicts it, [N].
        dates: The day t + 1 that is forecast, [N], ascending.
        close: The close of day t in index points, [N].
        range_22: Mean log range of the 22 days up to t, [N].
        target: A key of `dl_pipelines.data.targets.TARGETS`.
    """

    values: Floats
    targets: Floats
    dates: NDArray[np.datetime64]
    close: Floats
    range_22: Floats
    target: str

    @classmethod
    def from_frame(cls, samples: pd.DataFrame, features: Sequence[str], target: str) -> Self:
        """Take the arrays from a features frame whose rows all have a known target.

        Args:
            samples: Columns date, target_date, high_next, close, range_22 and the `features`.
            features: Columns the model sees.
            target: How the next high is encoded.
        """
        close, range_22 = (samples[name].to_numpy(float) for name in ("close", "range_22"))
        high_next = samples["high_next"].to_numpy(float)
        return cls(
            values=samples[list(features)].to_numpy(float),
            targets=TARGETS[target].encode(high_next, close, range_22),
            dates=samples["target_date"].to_numpy("datetime64[ns]"),
            close=close,
            range_22=range_22,
            target=target,
        )

    def decode(self, encoded: Floats, indices: NDArray[np.int64]) -> Floats:
        """Turn predictions for the samples `indices`, [S, n], into index points, [S, n]."""
        decoded: Any = TARGETS[self.target].decode(
            encoded, self.close[indices], self.range_22[indices]
        )
        return np.asarray(decoded, dtype=float)

    def scale(self, indices: NDArray[np.int64]) -> Floats:
        """Mean range of 22 days in index points, [n]: the unit in which errors are comparable."""
        scale: Floats = self.close[indices] * self.range_22[indices]
        return scale
