"""From settings of a training to its keyword arguments."""

import logging
from typing import Any

from dl_pipelines.params.image_epochs import ImageEpochs

logger = logging.getLogger(__name__)


def recipe_for(training: ImageEpochs, *, sample: bool) -> dict[str, Any]:
    """Keyword arguments of a training on all images, or on the sample of them.

    Args:
        training: The settings.
        sample: Whether there is only a sample.
    """
    recipe = training.for_images(sample=sample)
    if recipe["epochs"] != training.epochs:
        logger.info(
            "There is only a sample of the images: %d epochs instead of %d (sample_factor %g).",
            *(recipe["epochs"], training.epochs, training.sample_factor),
        )
    return recipe
