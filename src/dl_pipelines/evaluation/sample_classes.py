"""What a classifier reads in generated images.

Shape legend: N generated and M real images, C classes.
"""

from math import log

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.intervals import wilson_interval

COLLAPSED = log(2.0)
"""From this divergence on, nats, samples are as one-sided as if half of the classes had none."""


def class_histogram(read: ArrayLike, actual: ArrayLike, *, classes: int) -> pd.DataFrame:
    """How often each class is read in generated images, and how often it is real.

    Args:
        read: Classes that a classifier reads in generated images [N].
        actual: Classes of real images [M].
        classes: C.

    Returns:
        One row a class: class, generated and real (counts), generated_share and real_share
        (fractions).

    Raises:
        DataError: If there are no images, or a class is not one of 0 to C - 1.
    """
    table = pd.DataFrame({"class": range(classes)})
    for name, values in (("generated", read), ("real", actual)):
        table[name] = np.bincount(checked_classes(values, classes, of=name), minlength=classes)
    return table.assign(
        generated_share=table["generated"] / table["generated"].sum(),
        real_share=table["real"] / table["real"].sum(),
    )


def checked_classes(values: ArrayLike, classes: int, *, of: str) -> NDArray[np.int64]:
    """Classes of images.

    Args:
        values: Classes [N].
        classes: C.
        of: What kind of images, for the message.

    Returns:
        The same as int64.

    Raises:
        DataError: If there are none, or one is not a class.
    """
    numbers = np.asarray(values, dtype=np.int64)
    if not numbers.size:
        raise DataError(f"there are no {of} images to count the classes of; make at least one.")
    wrong = (numbers < 0) | (numbers >= classes)
    if wrong.any():
        raise DataError(
            f"the {of} image in row {wrong.argmax()} has the class {numbers[wrong.argmax()]}, not "
            f"one of 0 to {classes - 1}; read the images with a classifier of {classes} classes."
        )
    return numbers


def label_kl(histogram: pd.DataFrame) -> float:
    """Kullback-Leibler divergence of the generated classes from the real ones, nats.

    Nothing is smoothed. A class that no sample is read as adds nothing by itself, but makes the
    others too frequent: without half of ten equal classes it is log 2. It is infinite if samples
    are read as a class that no real image has.

    Args:
        histogram: Frame of `class_histogram`.
    """
    from scipy.stats import entropy  # noqa: PLC0415 - heavy: imported when used

    return float(entropy(histogram["generated_share"], histogram["real_share"]))


def classes_present(histogram: pd.DataFrame) -> int:
    """In how many classes at least one sample is read, of a frame of `class_histogram`."""
    return int((histogram["generated"] > 0).sum())


def conditional_accuracy(asked: ArrayLike, read: ArrayLike, *, classes: int) -> pd.DataFrame:
    """How often a sample is read as the class that was asked for.

    Args:
        asked: Classes that the generator was asked for [N].
        read: Classes that a classifier reads in its images [N].
        classes: C.

    Returns:
        One row a class that was asked for: class, samples, right (counts), accuracy and its Wilson
        95 % interval low and high (fractions).

    Raises:
        DataError: If there are no images, their numbers differ, or a class is not one of 0 to
            C - 1.
    """
    wanted, found = (checked_classes(values, classes, of="generated") for values in (asked, read))
    if len(wanted) != len(found):
        raise DataError(
            f"{len(wanted)} classes were asked for, but {len(found)} images read; read each image "
            "once."
        )
    hits = pd.DataFrame({"class": wanted, "right": wanted == found})
    table = hits.groupby("class")["right"].agg(samples="size", right="sum").reset_index()
    bounds = [
        wilson_interval(right, samples)
        for right, samples in table[["right", "samples"]].itertuples(index=False)
    ]
    table["accuracy"] = table["right"] / table["samples"]
    return table.join(pd.DataFrame(bounds, columns=["low", "high"]))


def conditional_metrics(by_class: pd.DataFrame) -> dict[str, float]:
    """Flat figures of a table of `conditional_accuracy`.

    Returns:
        conditional_accuracy, over all samples; conditional_accuracy_low and
        conditional_accuracy_high, its Wilson 95 % interval; conditional_accuracy_worst, that of the
        class with the lowest; fractions.
    """
    right, samples = int(by_class["right"].sum()), int(by_class["samples"].sum())
    low, high = wilson_interval(right, samples)
    return {
        "conditional_accuracy": right / samples,
        "conditional_accuracy_low": low,
        "conditional_accuracy_high": high,
        "conditional_accuracy_worst": float(by_class["accuracy"].min()),
    }
