"""A generator judged: its flat figures.

Shape legend: N generated, M real and T training images, F features, C classes.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dl_pipelines.evaluation.feature_distances import (
    checked_features,
    frechet_distance,
    kernel_distance,
)
from dl_pipelines.evaluation.precision_recall import precision_recall
from dl_pipelines.evaluation.sample_classes import classes_present, label_kl

_TINY = np.finfo(np.float64).tiny  # a floor of 0: training and test images are the same
_OF_TRAINING = {
    "frechet": "frechet_floor",
    "kernel_distance": "kernel_distance_floor",
    "precision": "precision_reference",
    "recall": "recall_reference",
}


def feature_metrics(
    generated: ArrayLike,
    real: ArrayLike,
    *,
    subsets: int = 100,
    subset_rows: int = 1000,
    neighbours: int = 3,
    seed: int = 0,
) -> dict[str, float]:
    """How far generated images lie from real ones.

    Args:
        generated: Features [N, F] by a frozen classifier.
        real: Features of test images [M, F] by the same.
        subsets: Of the kernel distance.
        subset_rows: Images of such a subset.
        neighbours: Of precision and recall.
        seed: Decides the subsets.

    Returns:
        frechet (squared units of the features), kernel_distance (no unit) and
        kernel_distance_subset_sd (its spread over the subsets), precision and recall (fractions).

    Raises:
        DataError: If the features are not sound, or too few.
    """
    kernel = kernel_distance(generated, real, subsets=subsets, rows=subset_rows, seed=seed)
    shares = precision_recall(generated, real, neighbours=neighbours)
    return {
        "frechet": frechet_distance(generated, real),
        "kernel_distance": kernel.mean,
        "kernel_distance_subset_sd": kernel.sd,
        "precision": shares.precision,
        "recall": shares.recall,
    }


def floor_metrics(
    train: ArrayLike, real: ArrayLike, *, rows: int, seed: int = 0, **settings: int
) -> dict[str, float]:
    """The same figures of training images: those of a perfect generator.

    Args:
        train: Features of training images [T, F].
        real: Features of test images [M, F].
        rows: Generated images, N: as many training images are drawn (all where there are fewer),
            since the figures depend on how many there are.
        seed: Decides which, and the subsets.
        **settings: Further settings of `feature_metrics`; those that the generator is judged with.

    Returns:
        frechet_floor, kernel_distance_floor, precision_reference and recall_reference. The last two
        are no ceilings: of blurred samples, which lie in the middle of the real ones, the precision
        is higher.

    Raises:
        DataError: If the features are not sound, or too few.
    """
    pool, reference = checked_features(train, real)
    drawn = pool[np.random.default_rng(seed).permutation(len(pool))[:rows]]
    figures = feature_metrics(drawn, reference, seed=seed, **settings)
    return {new: figures[name] for name, new in _OF_TRAINING.items()}


def generator_metrics(
    features: dict[str, float],
    floor: dict[str, float],
    histogram: pd.DataFrame,
    *,
    network: str,
) -> dict[str, float]:
    """All figures of a generator's samples.

    Args:
        features: Of `feature_metrics`.
        floor: Of `floor_metrics`.
        histogram: Of `sample_classes.class_histogram`.
        network: Whose features they are, with its weights' hash, such as "mnist_cnn-1a2b3c4d".

    Returns:
        Both; frechet_ratio, the distance over its floor; frechet.<network> and
        kernel_distance.<network>, the same distances under a name that nobody can take for those of
        another network; label_kl (nats) and classes_present.
    """
    named = {f"{name}.{network}": features[name] for name in ("frechet", "kernel_distance")}
    return {
        **features,
        **floor,
        "frechet_ratio": features["frechet"] / max(floor["frechet_floor"], _TINY),
        **named,
        "label_kl": label_kl(histogram),
        "classes_present": float(classes_present(histogram)),
    }
