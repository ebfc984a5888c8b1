"""The predictions frame of a classifier, checked. Shape legend: N rows, C classes.

One row an image: row (its place in its part), part ("valid" or "test"), actual (the class,
0 … C - 1), one column `p_<class>` for each class (its probability, the mean over the seeds) and
predicted (the most probable class).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.errors import DataError

_TOLERANCE = 1e-3  # of a row's sum; half precision and rounded CSV files stay within it

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]


class ClassPredictions(NamedTuple):
    """Columns of a sound predictions frame.

    Attributes:
        actual: Classes [N].
        predicted: Classes [N].
        probabilities: Fractions [N, C]; the sum of a row is 1.
    """

    actual: Classes
    predicted: Classes
    probabilities: Floats

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the predicted class is the actual one [N]."""
        hits: NDArray[np.bool_] = self.actual == self.predicted
        return hits

    @property
    def confidence(self) -> Floats:
        """Probability of the predicted class, the largest of the row [N], fractions."""
        return self.of(self.predicted)

    @property
    def classes(self) -> range:
        """The classes, 0 … C - 1."""
        return range(self.probabilities.shape[1])

    def of(self, classes: Classes) -> Floats:
        """Probability of one class a row, `classes` [N], fractions [N]."""
        return self.probabilities[np.arange(len(classes)), classes]


def checked_predictions(frame: pd.DataFrame) -> ClassPredictions:
    """Read a predictions frame.

    Args:
        frame: A predictions frame; further columns are ignored.

    Raises:
        DataError: If the frame is empty, a class is unknown, or the probabilities of a row are not
            finite fractions that add up to 1 (± 0.001) and are largest for the predicted class.
    """
    if frame.empty:
        raise DataError("there are no predictions to judge; evaluate a part that has rows.")
    count = frame.columns.astype(str).str.fullmatch(r"p_\d+").sum()
    probabilities = frame[[f"p_{k}" for k in range(count)]].to_numpy(dtype=np.float64)
    _check_probabilities(frame, probabilities)
    actual, predicted = (frame[name].to_numpy(dtype=np.int64) for name in ("actual", "predicted"))
    for name, classes in (("actual", actual), ("predicted", predicted)):
        unknown = (classes < 0) | (classes >= count)
        _refuse(frame, unknown, f"has the {name} class {{}}, not one of 0 to {count - 1}", classes)
    sound = ClassPredictions(
        actual, predicted, probabilities / probabilities.sum(axis=1, keepdims=True)
    )
    lower = sound.confidence < sound.probabilities.max(axis=1)
    _refuse(frame, lower, "predicts the class {}, which is not its most probable one", predicted)
    return sound


def _check_probabilities(frame: pd.DataFrame, probabilities: Floats) -> None:
    total = probabilities.sum(axis=1)
    _refuse(frame, ~np.isfinite(total), "has a probability that is no finite number")
    _refuse(frame, np.abs(total - 1.0) > _TOLERANCE, "has probabilities that add up to {:g}", total)
    _refuse(frame, probabilities.min(axis=1) < 0.0, "has a probability below 0")


def _refuse(
    frame: pd.DataFrame,
    wrong: NDArray[np.bool_],
    fault: str,
    values: Floats | Classes | None = None,
) -> None:
    """Name the first wrong row by its part and number, and its value."""
    if not wrong.any():
        return
    place = int(wrong.argmax())
    row = frame.iloc[place]
    told = fault if values is None else fault.format(values[place])
    raise DataError(
        f"row {row['row']} of the {row['part']} predictions {told} ({wrong.sum()} of {len(wrong)} "
        "rows do); predict again with a network whose outputs are probabilities."
    )
