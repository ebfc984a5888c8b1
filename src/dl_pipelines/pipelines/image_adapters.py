"""From settings and stored files of image pipelines to tensors and arguments, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.evaluation.classification import summarize_folds
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import (
    Classifier,
    ImageFolds,
    ImageHoldout,
    ImageTraining,
)
from dl_pipelines.params.images import Augmentation
from dl_pipelines.pipelines.image_weights import CLASSES
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.pipelines.recipes import recipe_for
from dl_pipelines.training.classification import class_probabilities, fit_classifiers


def fitting_settings(
    classifier: Classifier,
    training: ImageTraining,
    augmentation: Augmentation,
    compute: Compute,
    checkpoints: Checkpoints,
    *,
    sample: bool,
) -> dict[str, Any]:
    """Keyword arguments of `training.classification.fit_classifiers`."""
    return {
        "classifier": {**classifier.model_dump(), "classes": CLASSES},
        "training": recipe_for(training, sample=sample),
        "augmentation": augmentation.model_dump() if augmentation.changes else None,
        "compute": compute.model_dump(),
        "checkpoints": checkpoints.model_dump(),
    }


def predict(
    images: LabelledImages, weights: Weights, parts: Mapping[str, Indices], compute: Compute
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Probabilities of the images of some parts, by each network and by the vote of all.

    The vote is the mean over the networks, each of which sees an image moved to and fro by up to
    `shifts` pixels of the weights' header; by itself a network sees it as it is.

    Returns:
        Columns part, row (in the part), actual, p_0 …, predicted and seed; and the same of the
        vote, without seed.
    """
    alone, together = [], []
    for part, rows in parts.items():
        actual = images.labels[rows].numpy()
        by_seed = probabilities(images, weights, rows, compute)
        for seed, own in zip(weights.header["seeds"], by_seed, strict=True):
            alone.append(_frame(part, actual, own).assign(seed=seed))
        if shifts := weights.header["shifts"]:
            by_seed = probabilities(images, weights, rows, compute, shifts)
        together.append(_frame(part, actual, by_seed.mean(axis=0)))
    return pd.concat(alone, ignore_index=True), pd.concat(together, ignore_index=True)


def probabilities(
    images: LabelledImages, weights: Weights, rows: Indices, compute: Compute, shifts: int = 0
) -> NDArray[np.float64]:
    """Of each seed's network, [S, n, C]."""
    return class_probabilities(
        weights.header,
        [*states_by_seed(weights).values()],
        images.images,
        rows,
        compute=compute.model_dump(),
        shifts=shifts,
    ).numpy()


def _frame(
    part: str, actual: NDArray[np.int64], probabilities: NDArray[np.float64]
) -> pd.DataFrame:
    frame = pd.DataFrame({"part": part, "row": np.arange(len(actual)), "actual": actual})
    frame = frame.join(pd.DataFrame(probabilities).add_prefix("p_"))
    return frame.assign(predicted=probabilities.argmax(axis=1))


def folds_of(
    images: LabelledImages, kfold: ImageFolds, holdout: ImageHoldout, training: ImageTraining
) -> list[Split]:
    """The folds of the images that the holdout uses, with images to validate on where needed."""
    return images.folds(
        **kfold.model_dump(),
        rows=images.used(images=holdout.images, seed=holdout.seed),
        validation_fraction=holdout.validation_fraction if training.validates else 0.0,
    )


def cross_validate(
    images: LabelledImages, splits: Sequence[Split], settings: Mapping[str, Any]
) -> dict[str, float]:
    """Accuracy of networks on the fold that they have not seen, one network a fold."""
    one = {
        **settings,
        "training": {**settings["training"], "seeds": settings["training"]["seeds"][:1]},
    }
    folds = fit_classifiers(images.images, images.labels, splits, **one)
    header = settings["classifier"] | {"size": images.images.shape[1]}
    accuracies = []
    for split, (fit,) in zip(splits, folds, strict=True):
        predicted = class_probabilities(
            header, [fit.state], images.images, split.test, compute=settings["compute"]
        )[0].argmax(dim=1)
        accuracies.append(float((predicted == images.labels[split.test]).double().mean()))
    return {f"kfold.{name}": value for name, value in summarize_folds(accuracies).items()}
