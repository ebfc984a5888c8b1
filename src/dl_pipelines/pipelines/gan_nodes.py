"""Nodes of the pipelines of generative adversarial networks."""

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, OneProcess
from dl_pipelines.params.classification import ImageHoldout
from dl_pipelines.params.generation import (
    GANReport,
    ImageGANTraining,
    ImageReading,
    SampleJudging,
)
from dl_pipelines.params.generative import Adversaries
from dl_pipelines.pipelines import gan_adapters as adapters
from dl_pipelines.pipelines.image_weights import CLASSES
from dl_pipelines.pipelines.members import course
from dl_pipelines.pipelines.recipes import recipe_for
from dl_pipelines.training.generation import fit_gans

Arrays = dict[str, NDArray[Any]]


def train_adversaries(
    *,
    images: Arrays,
    classifier: Weights,
    holdout: ImageHoldout,
    adversaries: Adversaries,
    training: ImageGANTraining,
    report: GANReport,
    compute: OneProcess,
    checkpoints: Checkpoints,
) -> tuple[Weights, pd.DataFrame, dict[str, float], Arrays]:
    """Train a generator for each seed, and follow what the first one makes."""
    labelled = LabelledImages.from_arrays(images)
    rows = labelled.holdout(**holdout.model_dump()).train
    fits = fit_gans(
        labelled.images[rows],
        labelled.labels[rows],
        adversaries=adversaries.model_dump() | {"classes": CLASSES},
        training=recipe_for(training, sample=bool(images["sample"])),
        compute=compute.model_dump(),
        samples=report.followed,
        checkpoints=checkpoints.model_dump(),
        reader=adapters.watching(classifier, report),
    )
    weights = adapters.pack(labelled, fits, adversaries, (holdout, training), report)
    return weights, *course(fits), {"images": fits[0].samples.numpy()}


def make_samples(
    *,
    images: Arrays,
    weights: Weights,
    holdout: ImageHoldout,
    adversaries: Adversaries,
    training: ImageGANTraining,
    judging: SampleJudging,
    compute: OneProcess,
) -> Arrays:
    """Make images that nobody has drawn, by each seed's generator."""
    known = adapters.checked(images, weights, adversaries, (holdout, training)).known
    return adapters.make(weights, judging, compute, known=known)


def make_grid(
    *,
    images: Arrays,
    weights: Weights,
    holdout: ImageHoldout,
    adversaries: Adversaries,
    training: ImageGANTraining,
    classifier: Weights,
    report: GANReport,
    compute: OneProcess,
) -> Arrays:
    """Make each class of the same noises, and read them; nothing of an unconditional generator."""
    adapters.checked(images, weights, adversaries, (holdout, training))
    return adapters.grid(weights, classifier, report, compute)


def evaluate_teaching(
    *,
    images: Arrays,
    weights: Weights,
    holdout: ImageHoldout,
    adversaries: Adversaries,
    training: ImageGANTraining,
    reading: ImageReading,
    judging: SampleJudging,
    report: GANReport,
    compute: OneProcess,
    checkpoints: Checkpoints,
) -> dict[str, float]:
    """Judge on real images a classifier that has learnt from a conditional network's samples."""
    return adapters.taught(
        adapters.checked(images, weights, adversaries, (holdout, training)),
        weights,
        reading=reading,
        judging=judging,
        report=report,
        compute=compute,
        checkpoints=checkpoints,
    )
