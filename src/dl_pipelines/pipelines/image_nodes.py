"""Nodes of the pipelines that classify images: reading, training, predicting."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import (
    Classifier,
    ClassReport,
    ImageFolds,
    ImageHoldout,
    ImageTraining,
    Mnist,
)
from dl_pipelines.params.images import Augmentation
from dl_pipelines.pipelines.image_adapters import (
    cross_validate,
    fitting_settings,
    folds_of,
    predict,
    probabilities,
)
from dl_pipelines.pipelines.image_weights import check_weights, pack_weights
from dl_pipelines.pipelines.members import course
from dl_pipelines.training.classification import fit_classifiers

Arrays = dict[str, NDArray[Any]]


def ingest_images(images_source: Arrays, mnist: Mnist) -> tuple[Arrays, dict[str, Any]]:
    """Keep the images as they were read, and count them by class."""
    counts = {
        part: np.bincount(images_source[f"{part}_labels"]).tolist() for part in ("train", "test")
    }
    source = str(images_source["source"])
    sample = bool(images_source["sample"])
    report = {"dataset": mnist.dataset, "source": source, "sample": sample, "images": counts}
    return images_source, report


def train_holdout(
    *,
    images: Arrays,
    holdout: ImageHoldout,
    classifier: Classifier,
    training: ImageTraining,
    augmentation: Augmentation,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[Weights, pd.DataFrame, dict[str, float]]:
    """Train a network for each seed on the training images but those that validate."""
    labelled = LabelledImages.from_arrays(images)
    settings = fitting_settings(
        classifier, training, augmentation, compute, checkpoints, sample=bool(images["sample"])
    )
    split = labelled.holdout(**holdout.model_dump())
    (fits,) = fit_classifiers(labelled.images, labelled.labels, [split], **settings)
    learning = (holdout, training, augmentation)
    weights = pack_weights(labelled, fits, training.seeds, classifier, learning)
    return weights, *course(fits)


def predict_holdout(
    *,
    images: Arrays,
    weights: Weights,
    holdout: ImageHoldout,
    classifier: Classifier,
    training: ImageTraining,
    augmentation: Augmentation,
    compute: Compute,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predict the validation and the test images by each network, and let all of them vote."""
    labelled = LabelledImages.from_arrays(images)
    check_weights(weights, labelled, classifier, (holdout, training, augmentation))
    split = labelled.holdout(**holdout.model_dump())
    return predict(labelled, weights, {"valid": split.valid, "test": split.test}, compute)


def disturb_test(
    *,
    images: Arrays,
    weights: Weights,
    holdout: ImageHoldout,
    classifier: Classifier,
    training: ImageTraining,
    augmentation: Augmentation,
    report: ClassReport,
    compute: Compute,
) -> pd.DataFrame:
    """Measure the accuracy on test images that are turned, noisy or partly hidden."""
    labelled = LabelledImages.from_arrays(images)
    check_weights(weights, labelled, classifier, (holdout, training, augmentation))
    rows = []
    for what, level, unit, changed in labelled.disturbed(**report.disturbances, seed=holdout.seed):
        # Without shifts: each of the many levels would take nine times as long with one pixel.
        votes = probabilities(changed, weights, changed.test, compute).mean(axis=0)
        right = (votes.argmax(axis=1) == changed.labels.numpy()).mean()
        told = {"disturbance": what, "level": level, "unit": unit, "images": len(votes)}
        rows.append({**told, "accuracy": right})
    return pd.DataFrame(rows)


def evaluate_kfold(
    *,
    images: Arrays,
    kfold: ImageFolds,
    holdout: ImageHoldout,
    classifier: Classifier,
    training: ImageTraining,
    augmentation: Augmentation,
    compute: Compute,
    checkpoints: Checkpoints,
) -> dict[str, float]:
    """Cross-validate on the training images; nothing where this evaluation is left out."""
    labelled = LabelledImages.from_arrays(images)
    if not (splits := folds_of(labelled, kfold, holdout, training)):
        return {}
    settings = fitting_settings(
        classifier, training, augmentation, compute, checkpoints, sample=bool(images["sample"])
    )
    return cross_validate(labelled, splits, settings)
