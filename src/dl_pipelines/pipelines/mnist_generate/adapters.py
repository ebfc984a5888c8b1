"""From stored networks to pictures and their files.

Shapes: N pictures of H x W pixels.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dl_pipelines.errors import SettingError
from dl_pipelines.io.picture_folder import Pictures
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models.gan import Generator
from dl_pipelines.models.generative import restore_image_maker
from dl_pipelines.models.images import WHITE
from dl_pipelines.params import Compute
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.pipelines.mnist_generate.params import Generation
from dl_pipelines.training.parallel import torch_threads

Arrays = dict[str, NDArray[Any]]


def make(weights: Weights, generation: Generation, compute: Compute) -> Arrays:
    """Let the first seed's network make pictures, on the CPU: it takes moments.

    Returns:
        `images` uint8 [N, H, W] and, of a conditional network, the classes `asked` for [N].

    Raises:
        SettingError: If a class is asked for that the network was never told of.
    """
    first = next(iter(states_by_seed(weights).values()))
    network = restore_image_maker(weights.header, first)
    draws = torch.Generator().manual_seed(generation.seed)
    with torch_threads(compute.threads):
        if isinstance(network, Generator) and network.classes:
            asked = _asked(generation, network.classes)
            images = network.sample(generation.count, draws, asked)
            return {"images": images.numpy(), "asked": asked.numpy()}
        if generation.digit is not None:
            raise _not_conditional(weights.header, generation.digit)
        return {"images": network.sample(generation.count, draws).numpy()}


def _asked(generation: Generation, classes: int) -> torch.Tensor:
    if generation.digit is None:
        return torch.arange(generation.count) % classes
    return torch.full((generation.count,), generation.digit)


def _not_conditional(header: dict[str, Any], digit: int) -> SettingError:
    return SettingError(
        f"the setting 'mnist_generate.digit' is {digit}, but the network of {header['trained_by']} "
        "takes no class: set it to null, or 'mnist_generate.model' to mnist_cgan."
    )


def files(samples: Arrays, *, ink: bool) -> Pictures:
    """Name the pictures by their row in the samples and by the class asked for, if one was.

    Args:
        samples: Of `make`.
        ink: Whether they are to be black on white.
    """
    images = WHITE - samples["images"] if ink else samples["images"]
    suffixes = [f"_{label}" for label in samples.get("asked", ())] or [""] * len(images)
    return {
        f"{row:05}{suffix}.png": np.asarray(image)
        for row, (image, suffix) in enumerate(zip(images, suffixes, strict=True))
    }
