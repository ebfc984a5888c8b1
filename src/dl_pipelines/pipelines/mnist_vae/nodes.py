"""Nodes of `mnist_vae`: thin adapters between the catalog and the layers below."""

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.evaluation.autoencoders import autoencoder_metrics, autoencoders_by_seed
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import ImageHoldout
from dl_pipelines.params.generation import ImageVAETraining, SampleJudging, VAEReport
from dl_pipelines.params.generative import Autoencoder
from dl_pipelines.pipelines.generative_weights import check_weights, pack_weights
from dl_pipelines.pipelines.members import course
from dl_pipelines.pipelines.mnist_vae import adapters
from dl_pipelines.pipelines.recipes import recipe_for
from dl_pipelines.training.generation import fit_autoencoders

Arrays = dict[str, NDArray[Any]]


def train_autoencoder(
    *,
    images: Arrays,
    holdout: ImageHoldout,
    autoencoder: Autoencoder,
    training: ImageVAETraining,
    report: VAEReport,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[Weights, pd.DataFrame, dict[str, float]]:
    """Train a network for each seed on the training images but those that validate."""
    labelled = LabelledImages.from_arrays(images)
    fits = fit_autoencoders(
        labelled.images,
        labelled.holdout(**holdout.model_dump()),
        autoencoder=autoencoder.model_dump(),
        training=recipe_for(training, sample=bool(images["sample"])),
        compute=compute.model_dump(),
        checkpoints=checkpoints.model_dump(),
    )
    states, told = [fit.state for fit in fits], {"profile": report.profile}
    learning = (holdout, training)
    weights = pack_weights(labelled, states, training.seeds, autoencoder, learning, **told)
    return weights, *course(fits)


def explain_test(
    *,
    images: Arrays,
    weights: Weights,
    holdout: ImageHoldout,
    autoencoder: Autoencoder,
    training: ImageVAETraining,
    report: VAEReport,
    compute: Compute,
) -> tuple[pd.DataFrame, Arrays]:
    """Estimate how likely each test image is, encode it and reconstruct it."""
    labelled = LabelledImages.from_arrays(images)
    learning = (holdout, training)
    check_weights(weights, labelled, autoencoder, learning, node="train_autoencoder")
    test = labelled.images[labelled.test]
    likelihoods = adapters.judge(test, weights, report.likelihood, compute)
    return likelihoods, adapters.encode(test, weights, compute)


def evaluate_test(
    images: Arrays, likelihoods: pd.DataFrame, encoded: Arrays, timing: dict[str, float]
) -> tuple[dict[str, float], pd.DataFrame]:
    """Judge the networks one by one and together."""
    by_seed = autoencoders_by_seed(likelihoods, images["test_images"], encoded)
    return autoencoder_metrics(by_seed) | timing, by_seed


def sample_prior(
    *,
    images: Arrays,
    weights: Weights,
    holdout: ImageHoldout,
    autoencoder: Autoencoder,
    training: ImageVAETraining,
    judging: SampleJudging,
    compute: Compute,
) -> Arrays:
    """Make images that nobody has drawn."""
    labelled = LabelledImages.from_arrays(images)
    learning = (holdout, training)
    check_weights(weights, labelled, autoencoder, learning, node="train_autoencoder")
    return adapters.sample(weights, judging, compute, known=labelled.known)


def explore_latents(
    *,
    images: Arrays,
    encoded: Arrays,
    weights: Weights,
    holdout: ImageHoldout,
    autoencoder: Autoencoder,
    training: ImageVAETraining,
    report: VAEReport,
    compute: Compute,
) -> Arrays:
    """Walk from test images to others, and through the plane where there are two latents."""
    labelled = LabelledImages.from_arrays(images)
    learning = (holdout, training)
    check_weights(weights, labelled, autoencoder, learning, node="train_autoencoder")
    return adapters.explore(labelled, encoded, weights, report, compute)
