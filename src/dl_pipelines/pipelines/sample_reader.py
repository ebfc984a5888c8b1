"""The classifier that reads samples: found or trained, and one that learns from them.

Shapes: N images of H x W pixels.
"""

import hashlib
import logging
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.generation import ImageReading
from dl_pipelines.pipelines.belonging import images_fingerprint, images_identity
from dl_pipelines.pipelines.image_adapters import fitting_settings
from dl_pipelines.pipelines.image_weights import pack_weights
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.training.classification import fit_classifiers
from dl_pipelines.training.reading import read_images

logger = logging.getLogger(__name__)

READER = "mnist_cnn"  # the pipeline whose networks read samples


def first_member(classifier: Weights) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Header and state_dict of the network that reads samples: that of the first seed."""
    return classifier.header, next(iter(states_by_seed(classifier).values()))


def reader_name(classifier: Weights) -> str:
    """What figures by its features are called after, such as "mnist_cnn-1a2b3c4d"."""
    digest = hashlib.sha256()
    for name, tensor in sorted(first_member(classifier)[1].items()):
        digest.update(name.encode() + tensor.cpu().numpy().tobytes())
    return f"{READER}-{digest.hexdigest()[:8]}"


def find_reader(
    classifiers: Mapping[str, Weights], images: LabelledImages, reading: ImageReading
) -> Weights | None:
    """The classifier that `mnist_cnn` has left, or one that an earlier run has trained like this.

    One of other images is none: it may have learnt what is the test here.

    Args:
        classifiers: Pipeline → what it has left; of `mnist_cnn` any recipe will do.
        images: What it would learn from.
        reading: How it would be trained; one of all images instead of some is welcome, too.
    """
    same = images_fingerprint(images)
    identities = [
        images_identity(images, reading.classifier, one.learning)
        for one in (reading, reading.of_all_images)
    ]
    for pipeline, weights in classifiers.items():
        if weights.header.get("images") != same:
            logger.info("The classifier of %s has learnt from other images.", pipeline)
        elif pipeline == READER or weights.header["identity"] in identities:
            logger.info("Samples are read by the classifier that %s has left.", pipeline)
            return weights
    return None


def train_reader(
    images: LabelledImages, reading: ImageReading, checkpoints: Checkpoints, *, sample: bool
) -> Weights:
    """Train the classifier that reads samples."""
    logger.info("No trained %s is there: one is trained to read the samples.", READER)
    settings = _fitting(reading, checkpoints, sample=sample)
    split = images.holdout(**reading.holdout.model_dump())
    (fits,) = fit_classifiers(images.images, images.labels, [split], **settings)
    return pack_weights(images, fits, reading.training.seeds, reading.classifier, reading.learning)


def teach(
    made: Tensor,
    asked: Tensor,
    images: LabelledImages,
    *,
    reading: ImageReading,
    compute: Compute,
    checkpoints: Checkpoints,
) -> float:
    """Accuracy on real test images of a classifier that has learnt from samples only.

    Args:
        made: Samples, uint8 [N, H, W].
        asked: The classes that they were asked for, int64 [N].
        images: The real ones.
        reading: How the classifier is trained.
        compute: How it predicts.
        checkpoints: Where unfinished training is kept.
    """
    taught = LabelledImages(made, asked, len(made))
    one = reading.training.model_copy(update={"seeds": reading.training.seeds[:1]})
    reading = reading.model_copy(update={"training": one})
    settings = _fitting(reading, checkpoints, sample=False)
    split = taught.holdout(**reading.holdout.model_dump())
    ((fit,),) = fit_classifiers(taught.images, taught.labels, [split], **settings)
    header = settings["classifier"] | {"size": made.shape[1]}
    real = images.images[images.test]
    _, read = read_images(header, fit.state, real, compute=compute.model_dump())
    return float((read == images.labels[images.test]).double().mean())


def _fitting(reading: ImageReading, checkpoints: Checkpoints, *, sample: bool) -> dict[str, Any]:
    parts = (reading.classifier, reading.training, reading.augmentation, reading.compute)
    return fitting_settings(*parts, checkpoints, sample=sample)
