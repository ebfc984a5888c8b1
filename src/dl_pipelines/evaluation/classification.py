"""How well a classifier guesses, and whether it knows when it does not.

`frame` is a predictions frame (`evaluation.class_predictions`); all its rows count, so pass those
of the part that is meant. Shape legend: N rows, C classes.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.class_counts import confusion_counts, precision_and_recall
from dl_pipelines.evaluation.class_predictions import checked_predictions
from dl_pipelines.evaluation.intervals import wilson_interval

CLASS_NAMES = {
    "digits": tuple("0123456789"),
    "fashion": (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
}
"""Data set → the names of its classes, by number."""


def evaluate_classes(frame: pd.DataFrame, bins: int = 15) -> dict[str, float]:
    """Figures of merit of a classifier.

    Args:
        frame: A predictions frame.
        bins: Bins of the calibration error; see `reliability`.

    Returns:
        accuracy: share of the rows whose most probable class is the actual one, a fraction;
        loss: mean negative log-likelihood of the actual class, nats (a probability of 0 counts as
        2.2e-16, so one certain mistake does not make it infinite); ece: expected calibration error,
        how far confidence and accuracy lie apart, a fraction.

    Raises:
        DataError: If the frame is empty or its classes or probabilities are not sound
            (`checked_predictions`).
    """
    from sklearn.metrics import log_loss  # noqa: PLC0415 - heavy: imported when used

    sound = checked_predictions(frame)
    return {
        "accuracy": float(np.mean(sound.right)),
        "loss": float(log_loss(sound.actual, sound.probabilities, labels=sound.classes)),
        "ece": expected_calibration_error(reliability(frame, bins)),
    }


def accuracy_interval(frame: pd.DataFrame) -> tuple[float, float]:
    """Wilson's 95 % interval of the accuracy, fractions.

    It tells how much the accuracy may owe to the draw of the rows, not to that of the seeds.

    Raises:
        DataError: As `evaluate_classes`.
    """
    right = checked_predictions(frame).right
    return wilson_interval(int(right.sum()), len(right))


def per_class(frame: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall and F1 of each class.

    Args:
        frame: A predictions frame.

    Returns:
        One row a class: class, precision (share of those predicted that are), recall (share of
        those that are, predicted), f1 (their harmonic mean), all fractions and NaN where undefined,
        and support (rows of the class).

    Raises:
        DataError: As `evaluate_classes`.
    """
    sound = checked_predictions(frame)
    return precision_and_recall(sound.actual, sound.predicted, sound.classes)


def confusion(frame: pd.DataFrame) -> pd.DataFrame:
    """How often each class is taken for each other.

    Args:
        frame: A predictions frame.

    Returns:
        Counts [C, C]: a row an actual class, a column a predicted one.

    Raises:
        DataError: As `evaluate_classes`.
    """
    sound = checked_predictions(frame)
    return confusion_counts(sound.actual, sound.predicted, sound.classes)


def reliability(frame: pd.DataFrame, bins: int = 15) -> pd.DataFrame:
    """Accuracy of the rows by their confidence, the probability of the predicted class.

    Args:
        frame: A predictions frame.
        bins: Bins of one width between 0 and 1, open on the left (Guo et al., "On calibration of
            modern neural networks", ICML 2017).

    Returns:
        One row a bin: bin (from 1), lower and upper (its borders), confidence (mean), accuracy
        (both fractions, NaN in an empty bin) and rows.

    Raises:
        DataError: As `evaluate_classes`.
    """
    sound = checked_predictions(frame)
    edges = np.linspace(0.0, 1.0, bins + 1)
    rows = pd.DataFrame({"confidence": sound.confidence, "accuracy": sound.right})
    grouped = rows.groupby(np.searchsorted(edges, sound.confidence))  # bin i: (edge i-1, edge i]
    every = pd.RangeIndex(1, bins + 1, name="bin")
    table = pd.DataFrame({"lower": edges[:-1], "upper": edges[1:]}, index=every)
    table = table.join(grouped.mean())
    table["rows"] = grouped.size().reindex(every, fill_value=0)
    return table.reset_index()


def expected_calibration_error(table: pd.DataFrame) -> float:
    """Mean distance of confidence and accuracy over the rows, a fraction (Guo et al. 2017).

    Args:
        table: Frame of `reliability`.
    """
    distance = (table["confidence"] - table["accuracy"]).abs()
    return float((distance * table["rows"]).sum() / table["rows"].sum())


def worst_mistakes(frame: pd.DataFrame, count: int) -> pd.DataFrame:
    """The wrong rows that the classifier was surest of.

    Args:
        frame: A predictions frame.
        count: How many, at most.

    Returns:
        The surest first: row, actual, predicted, confidence (probability of the predicted class)
        and p_actual (that of the actual one), fractions.

    Raises:
        DataError: As `evaluate_classes`.
    """
    sound = checked_predictions(frame)
    guesses = frame[["row", "actual", "predicted"]].assign(
        confidence=sound.confidence, p_actual=sound.of(sound.actual)
    )
    surest = guesses[~sound.right].sort_values("confidence", ascending=False, kind="stable")
    return surest[:count].reset_index(drop=True)


def summarize_folds(accuracies: Sequence[float]) -> dict[str, float]:
    """Mean and standard deviation (k - 1) of the accuracies [k] of k folds, fractions.

    Returns:
        accuracy_mean and accuracy_sd.

    Raises:
        DataError: If there are fewer than two folds.
    """
    if len(accuracies) < 2:  # noqa: PLR2004 - one figure has no spread
        raise DataError(
            f"{len(accuracies)} folds are too few for a standard deviation of the accuracy; "
            "evaluate two or more."
        )
    return {
        "accuracy_mean": float(np.mean(accuracies)),
        "accuracy_sd": float(np.std(accuracies, ddof=1)),
    }
