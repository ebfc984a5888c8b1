"""Weights of image classifiers: packed with what they belong to, and checked against it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models import build_voters
from dl_pipelines.params import Settings
from dl_pipelines.params.classification import Classifier
from dl_pipelines.pipelines.belonging import (
    check_identity,
    images_fingerprint,
    images_identity,
)
from dl_pipelines.pipelines.members import pack_seeds, states_by_seed
from dl_pipelines.training.classification import Fit

CLASSES = 10


def pack_weights(
    images: LabelledImages,
    fits: Sequence[Fit],
    seeds: Sequence[int],
    classifier: Classifier,
    learning: Sequence[Settings],
) -> Weights:
    """The networks of all seeds in one file that says what they are and what they take.

    Args:
        images: What they have learnt from.
        fits: One a seed.
        seeds: The seeds.
        classifier: What they are.
        learning: How they have learnt: all settings that `check_weights` is to compare.
    """
    header = {
        **classifier.model_dump(mode="json"),
        "size": images.images.shape[1],
        "classes": CLASSES,
        "predicts": "probability of each class",
        "identity": images_identity(images, classifier, learning),
        "images": images_fingerprint(images),
    }
    return pack_seeds([fit.state for fit in fits], seeds, header)


def check_weights(
    weights: Weights, images: LabelledImages, classifier: Classifier, learning: Sequence[Settings]
) -> None:
    """Find weights that belong to other settings or other images.

    Raises:
        SettingError: If they do.
    """
    identity = images_identity(images, classifier, learning)
    check_identity(weights, identity, name=classifier.name, rows="images", node="train_holdout")


def first_filters(weights: Weights) -> NDArray[np.float32]:
    """What the first layer of the first seed's network looks for, [units, h, w]."""
    network = build_voters(weights.header, [next(iter(states_by_seed(weights).values()))])
    kernels = next(tensor for tensor in network.parameters() if tensor.dim() > 1).detach()
    side = weights.header["size"]
    pictures = kernels[:, 0] if kernels.dim() > 2 else kernels.view(-1, side, side)  # noqa: PLR2004
    return pictures.float().numpy()
