"""Actual against predicted classes, of whatever kind: numbers of images, tags of words."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike


def precision_and_recall(
    actual: ArrayLike, predicted: ArrayLike, classes: Sequence[Any]
) -> pd.DataFrame:
    """Precision, recall and F1 of each class.

    Args:
        actual: Classes [N].
        predicted: Classes [N].
        classes: Which classes there are, in the order of the result.

    Returns:
        One row a class: class, precision (share of those predicted that are), recall (share of
        those that are, predicted), f1 (their harmonic mean), all fractions and NaN where undefined,
        and support (rows of the class).
    """
    from sklearn.metrics import (  # noqa: PLC0415 - heavy: imported when used
        precision_recall_fscore_support,
    )

    figures = precision_recall_fscore_support(
        actual, predicted, labels=list(classes), zero_division=np.nan
    )
    names = ("precision", "recall", "f1", "support")
    return pd.DataFrame({"class": classes} | dict(zip(names, figures, strict=True)))


def confusion_counts(
    actual: ArrayLike, predicted: ArrayLike, classes: Sequence[Any]
) -> pd.DataFrame:
    """How often each class is taken for each other.

    Args:
        actual: Classes [N].
        predicted: Classes [N].
        classes: Which classes there are, in the order of the result.

    Returns:
        Counts [C, C]: a row an actual class, a column a predicted one.
    """
    from sklearn.metrics import confusion_matrix  # noqa: PLC0415 - heavy: imported when used

    return pd.DataFrame(
        confusion_matrix(actual, predicted, labels=list(classes)),
        index=pd.Index(classes, name="actual"),
        columns=pd.Index(classes, name="predicted"),
    )
