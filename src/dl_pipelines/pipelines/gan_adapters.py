"""From stored generators to samples and what they teach.

Shapes: C classes, K noises, N samples of H x W pixels.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models.gan import Generator
from dl_pipelines.models.generative import restore_generator
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import ImageHoldout
from dl_pipelines.params.generation import (
    GANReport,
    ImageGANTraining,
    ImageReading,
    SampleJudging,
)
from dl_pipelines.params.generative import Adversaries
from dl_pipelines.pipelines.generative_weights import check_weights, pack_weights
from dl_pipelines.pipelines.image_weights import CLASSES
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.pipelines.sample_adapters import draw_samples
from dl_pipelines.pipelines.sample_reader import first_member, teach
from dl_pipelines.training.gan import TrainedGAN
from dl_pipelines.training.gan_classes import Reader
from dl_pipelines.training.parallel import torch_threads
from dl_pipelines.training.reading import read_images

Arrays = dict[str, NDArray[Any]]

_GRID_SEED = 0


def watching(classifier: Weights, report: GANReport) -> Reader | None:
    """Who looks for collapse; nobody in a quick run, whose samples are one-sided at its end."""
    if report.profile == "quick":
        return None
    header, state = first_member(classifier)
    return Reader(header=header, states=[state])


def pack(
    images: LabelledImages,
    fits: Sequence[TrainedGAN],
    adversaries: Adversaries,
    learning: tuple[ImageHoldout, ImageGANTraining],
    report: GANReport,
) -> Weights:
    """The generators of all seeds in one file; see `generative_weights.pack_weights`."""
    told = {"profile": report.profile, "classes": CLASSES if adversaries.conditional else 0}
    states, seeds = [fit.state for fit in fits], learning[1].seeds
    return pack_weights(images, states, seeds, adversaries, learning, **told)


@contextmanager
def generators(weights: Weights, compute: Compute) -> Iterator[dict[int, Generator]]:
    """Seed → network in evaluation mode, on the CPU, with the threads of the settings.

    What they make takes moments, and is then the same to the bit wherever they were trained.
    """
    with torch_threads(compute.threads), torch.inference_mode():
        states = states_by_seed(weights).items()
        yield {seed: restore_generator(weights.header, state) for seed, state in states}


def checked(
    images: Arrays,
    weights: Weights,
    adversaries: Adversaries,
    learning: tuple[ImageHoldout, ImageGANTraining],
) -> LabelledImages:
    """The images that the generators have learnt from, if they have; see `check_weights`."""
    labelled = LabelledImages.from_arrays(images)
    check_weights(weights, labelled, adversaries, learning, node="train_adversaries")
    return labelled


def make(weights: Weights, judging: SampleJudging, compute: Compute, *, known: int) -> Arrays:
    """Samples of each seed's generator, not more than the `known` real ones to compare with."""
    with generators(weights, compute) as networks:
        return draw_samples(
            {seed: network.sample for seed, network in networks.items()},
            min(judging.samples, known),
            judging.seed,
            conditional=bool(weights.header["classes"]),
        )


def grid(weights: Weights, classifier: Weights, report: GANReport, compute: Compute) -> Arrays:
    """All classes of the same noises, by the first seed's generator.

    Returns:
        `images` uint8 [C, K, H, W] and the classes `read` in them [C, K]; nothing where no class
        can be asked for.
    """
    if not (classes := weights.header["classes"]):
        return {}
    with generators(weights, compute) as networks:
        generator = next(iter(networks.values()))
        draws = torch.Generator().manual_seed(_GRID_SEED)
        noise = torch.randn(report.grid, generator.latents, generator=draws)
        asked = torch.arange(classes).repeat_interleave(report.grid)
        made = generator.images(noise.repeat(classes, 1), asked)
    _, read = read_images(*first_member(classifier), made, compute=compute.model_dump())
    shape = (classes, report.grid)
    return {"images": made.view(*shape, *made.shape[1:]).numpy(), "read": read.view(shape).numpy()}


def taught(
    images: LabelledImages,
    weights: Weights,
    *,
    reading: ImageReading,
    judging: SampleJudging,
    report: GANReport,
    compute: Compute,
    checkpoints: Checkpoints,
) -> dict[str, float]:
    """`train_on_generated_accuracy` of the first seed's samples; nothing where it is left out."""
    if not (weights.header["classes"] and report.taught):
        return {}
    with generators(weights, compute) as networks:
        seed, first = next(iter(networks.items()))
        # other noise than that of the samples which are judged
        made = draw_samples({seed: first.sample}, report.taught, judging.seed + 1, conditional=True)
    pictures, asked = (torch.from_numpy(made[name]) for name in ("images", "asked"))
    accuracy = teach(
        pictures[0], asked, images, reading=reading, compute=compute, checkpoints=checkpoints
    )
    return {"train_on_generated_accuracy": accuracy}
