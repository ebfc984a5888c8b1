"""Prices to be predicted from a table: what is learnt, what is given, and the way back.

Shapes: `N` rows, `F` encoded columns, `S` models.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.data.tables import Part, Table
from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.frames.encoding import Encoded, build_encoder, encode

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PriceTask:
    """A table whose price is to be predicted.

    Attributes:
        columns: What models may see, [N rows].
        prices: Price of each row in its unit, [N].
        targets: What models learn: the price or its logarithm, [N].
        log: Whether it is the logarithm.
        trainable: Whether a row may be trained on, [N]; others are predicted only.
        limited: Whether a setting decides on that, row by row.
        encoding: Settings of `frames.encoding.encode`.
    """

    columns: pd.DataFrame
    prices: Floats
    targets: Floats
    log: bool
    trainable: NDArray[np.bool_]
    limited: bool = False
    encoding: dict[str, Any] = field(default_factory=dict)
    _encoded: dict[bytes, Encoded] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_frame(
        cls,
        features: pd.DataFrame,
        *,
        leave_out: Sequence[str] = (),
        log_price: bool = False,
        train_up_to: Mapping[str, float] | None = None,
        **encoding: Any,
    ) -> Self:
        """Take the columns and the price from a features frame.

        Args:
            features: `price` and the columns that predict it.
            leave_out: Columns that no model sees.
            log_price: Whether the logarithm of the price is learnt.
            train_up_to: Largest value of a column with which a row is trained on.
            encoding: Settings of `frames.encoding.encode`.

        Raises:
            DataError: If the logarithm of a price that is not positive is to be learnt.
            SettingError: If a column that is named does not exist or cannot be compared, or none
                is left.
        """
        columns = features.drop(columns="price")
        limits = train_up_to or {}
        _check_names(columns, leave_out=leave_out, train_up_to=limits)
        trainable = np.ones(len(columns), dtype=bool)
        for name, largest in limits.items():
            trainable &= ~(columns[name] > largest).to_numpy()
        columns = columns.drop(columns=list(leave_out))
        if columns.empty:
            raise SettingError("the setting 'leave_out' names all columns: leave some in.")
        prices = features["price"].to_numpy(float)
        targets = _log(prices) if log_price else prices
        return cls(columns, prices, targets, log_price, trainable, bool(limits), encoding)

    def parts(self, splits: Sequence[Split]) -> list[Part]:
        """What is to be predicted in some splits.

        Validation rows are predicted after training without them, test rows after training on
        them too.
        """
        numbered = list(enumerate(splits))
        return [
            *(
                Part(number, "valid", self._trained(split), split.valid)
                for number, split in numbered
                if len(split.valid)
            ),
            *(
                Part(number, "test", self._trained(split.joined()), split.test)
                for number, split in numbered
            ),
        ]

    def _trained(self, split: Split) -> Split:
        train = split.train[self.trainable[split.train]]
        if not len(train):
            raise SettingError(
                f"the setting 'train_up_to' leaves none of {len(split.train)} rows to train on: "
                "raise its limits."
            )
        return replace(split, train=train)

    def encoded(self, split: Split) -> Encoded:
        """All rows as numbers, by an encoder fitted on the training rows of `split`.

        It is remembered: what is fitted on these rows is predicted from them, too.
        """
        rows = split.train.tobytes()
        if rows not in self._encoded:
            self._encoded[rows] = encode(self.columns, self.targets, split.train, **self.encoding)
        return self._encoded[rows]

    def encoder(self) -> Any:
        """The encoder, not fitted yet, as a step of a scikit-learn pipeline."""
        return build_encoder(self.columns, **self.encoding)

    def tables(self, parts: Sequence[Part]) -> list[Table]:
        """All rows as numbers for each part, by what the rows trained on for it have fitted."""
        encodings = [self.encoded(part.trained) for part in parts]
        return [
            Table(encoded.x, encoded.numeric, part.trained)
            for encoded, part in zip(encodings, parts, strict=True)
        ]

    def identity(self, rows: Indices) -> list[NDArray[Any]]:
        """Arrays that change if anything in some rows does: what is learnt, and the cells."""
        cells = pd.util.hash_pandas_object(self.columns.iloc[rows], index=False)
        return [self.targets[rows], cells.to_numpy().view("int64")]

    def decode(self, learnt: Floats) -> Floats:
        """Turn predictions of what is learnt, of any shape, into prices."""
        return np.exp(learnt) if self.log else learnt

    def predictions(
        self, parts: Sequence[Part], learnt: Sequence[Floats], seeds: Sequence[int] = ()
    ) -> pd.DataFrame:
        """Put predictions beside the actual prices.

        Args:
            parts: The parts that were predicted.
            learnt: What was predicted for the rows of each part, [S, n].
            seeds: Seed of each of the S models; none where a model needs none (S = 1).

        Returns:
            Columns split, row, part, actual, one `seed_<s>` a seed, and prediction: the mean of
            the models. Prices are in their unit.
        """
        names = [f"seed_{seed}" for seed in seeds]
        frames = [
            pd.DataFrame(
                {
                    "split": part.split,
                    "row": part.rows,
                    "part": part.name,
                    "actual": self.prices[part.rows],
                    **dict(zip(names, self.decode(values), strict=False)),
                    "prediction": self.decode(values).mean(axis=0),
                }
            )
            for part, values in zip(parts, learnt, strict=True)
        ]
        columns = ["split", "row", "part", "actual", *names, "prediction"]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _check_names(columns: pd.DataFrame, **settings: Iterable[str]) -> None:
    """Find names that are no columns, and limits of what is no number."""
    for setting, names in settings.items():
        if unknown := [name for name in names if name not in columns]:
            raise SettingError(
                f"the setting '{setting}' names {unknown[0]}, which is no column of the features: "
                f"choose among {', '.join(map(str, columns))}."
            )
    numbers = columns.select_dtypes("number")
    if words := [name for name in settings["train_up_to"] if name not in numbers]:
        raise SettingError(
            f"the setting 'train_up_to' names {words[0]}, which holds words: choose a column of "
            "numbers."
        )


def _log(prices: Floats) -> Floats:
    if (low := prices <= 0.0).any():
        row = int(low.argmax())
        raise DataError(
            f"the price in row {row} of the features is {prices[row]:g}, which has no logarithm: "
            "correct the row or set 'log_price' to false."
        )
    return np.log(prices)
