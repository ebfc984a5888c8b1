"""From settings and stored files of image pipelines to tensors and arguments, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.classification import summarize_folds
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models import build_voters
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import Classifier, ImageHoldout, ImageTraining
from dl_pipelines.params.images import Augmentation
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.classification import (
    Fit,
    class_probabilities,
    fit_classifiers,
)

CLASSES = 10


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
        "training": training.for_images(sample=sample).model_dump(),
        "augmentation": augmentation.model_dump() if augmentation.changes else None,
        "compute": compute.model_dump(),
        "checkpoints": checkpoints.model_dump(),
    }


def pack_weights(
    images: LabelledImages,
    fits: Sequence[Fit],
    classifier: Classifier,
    *,
    holdout: ImageHoldout,
    training: ImageTraining,
) -> Weights:
    """The networks of all seeds in one file that says what they are and what they take."""
    seeds = training.seeds
    members = {f"seed_{seed}": fit.state for seed, fit in zip(seeds, fits, strict=True)}
    header = {
        **classifier.model_dump(mode="json"),
        "size": images.images.shape[1],
        "classes": CLASSES,
        "seeds": list(seeds),
        "predicts": "probability of each class",
        "identity": _identity(images, classifier, holdout),
    }
    return Weights.of_members(members, header)


def _identity(images: LabelledImages, classifier: Classifier, holdout: ImageHoldout) -> str:
    """What weights belong to: the network's settings, and the images that it has learnt from."""
    settings = {
        "classifier": classifier.model_dump(exclude={"name"}),
        "holdout": holdout.model_dump(),
        "known": images.known,
    }
    return fingerprint(settings, [images.images, images.labels])


def check_weights(
    weights: Weights, images: LabelledImages, classifier: Classifier, holdout: ImageHoldout
) -> None:
    """Find weights that belong to other settings or other images.

    Raises:
        SettingError: If they do.
    """
    if weights.header["identity"] != _identity(images, classifier, holdout):
        raise SettingError(
            f"the weights of '{classifier.name}' were trained with other settings or on other "
            "images than those of this run: run its node train_holdout first."
        )


def predict_by_seed(
    images: LabelledImages, weights: Weights, parts: Mapping[str, Indices], compute: Compute
) -> pd.DataFrame:
    """Probabilities of the images of some parts by each seed's network.

    Returns:
        Columns part, row (in the part), actual, p_0 …, predicted and seed.
    """
    frames = [
        _frame(part, images.labels[rows].numpy(), probabilities).assign(seed=seed)
        for part, rows in parts.items()
        for seed, probabilities in zip(
            weights.header["seeds"], _probabilities(images, weights, rows, compute), strict=True
        )
    ]
    return pd.concat(frames, ignore_index=True)


def vote(
    images: LabelledImages,
    weights: Weights,
    parts: Mapping[str, Indices],
    compute: Compute,
    shifts: int,
) -> pd.DataFrame:
    """The mean probabilities of all seeds' networks, each image also moved to and fro.

    Returns:
        Columns part, row (in the part), actual, p_0 … and predicted.
    """
    frames = [
        _frame(
            part,
            images.labels[rows].numpy(),
            _probabilities(images, weights, rows, compute, shifts).mean(axis=0),
        )
        for part, rows in parts.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _probabilities(
    images: LabelledImages, weights: Weights, rows: Indices, compute: Compute, shifts: int = 0
) -> NDArray[np.float64]:
    """Of each seed's network, [S, n, C]."""
    return class_probabilities(
        weights.header,
        [*weights.members().values()],
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


def cross_validate(
    images: LabelledImages, splits: Sequence[Split], settings: Mapping[str, Any]
) -> dict[str, float]:
    """Accuracy of networks on the fold that they have not seen, one network a fold."""
    if not splits:
        return {}
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


def first_filters(weights: Weights) -> NDArray[np.float32]:
    """What the first layer of the first seed's network looks for, [units, h, w]."""
    network = build_voters(weights.header, [next(iter(weights.members().values()))])
    kernels = next(tensor for tensor in network.parameters() if tensor.dim() > 1).detach()
    side = weights.header["size"]
    pictures = kernels[:, 0] if kernels.dim() > 2 else kernels.view(-1, side, side)  # noqa: PLR2004
    return pictures.float().numpy()
