"""From stored weights and images to what an autoencoder makes of them.

Shapes: N test images of H x W pixels, S seeds, Z latents, W walks of K pictures, R x R places.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.evaluation.likelihoods import prior_quantiles
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models.generative import restore_autoencoder
from dl_pipelines.models.vae import VAE
from dl_pipelines.params import Compute
from dl_pipelines.params.generation import SampleJudging, VAEReport
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.pipelines.sample_adapters import draw_samples
from dl_pipelines.training.generation import judge_autoencoder
from dl_pipelines.training.parallel import torch_threads
from dl_pipelines.training.vae import posteriors

Arrays = dict[str, NDArray[Any]]

PLANE = 2  # latents: what can be drawn on paper


@contextmanager
def autoencoders(weights: Weights, compute: Compute) -> Iterator[dict[int, VAE]]:
    """Seed → network in evaluation mode, on the CPU, with the threads of the settings.

    What they make takes moments, and is then the same to the bit wherever they were trained.
    """
    with torch_threads(compute.threads):
        states = states_by_seed(weights).items()
        yield {seed: restore_autoencoder(weights.header, state) for seed, state in states}


def judge(
    test: Tensor, weights: Weights, likelihood: dict[str, Any], compute: Compute
) -> pd.DataFrame:
    """How well each seed's network explains each test image.

    Args:
        test: Grey levels, uint8 [N, H, W].
        weights: The networks.
        likelihood: Settings of `params.generative.Likelihood`.
        compute: Where and how it is computed.

    Returns:
        Columns seed, row (of the test), elbo, iwae_nll and bce_kl, nats; see `judge_autoencoder`.
    """
    frames = []
    for seed, state in states_by_seed(weights).items():
        figures = judge_autoencoder(
            weights.header, state, test, likelihood=likelihood, compute=compute.model_dump()
        )
        nats = {name: values.numpy() for name, values in figures.items()}
        frames.append(pd.DataFrame({"seed": seed, "row": np.arange(len(test)), **nats}))
    return pd.concat(frames, ignore_index=True)


def encode(test: Tensor, weights: Weights, compute: Compute) -> Arrays:
    """Posterior means and reconstructions of test images, by each seed's network.

    Args:
        test: Grey levels, uint8 [N, H, W].
        weights: The networks.
        compute: How it is computed.

    Returns:
        `seeds` [S], `means` [S, N, Z] and `reconstructions` uint8 [S, N, H, W].
    """
    with autoencoders(weights, compute) as networks:
        means = [posteriors(network, test)[0] for network in networks.values()]
        copies = [network.reconstruct(test) for network in networks.values()]
    return {
        "seeds": np.array([*networks]),
        "means": torch.stack(means).numpy(),
        "reconstructions": torch.stack(copies).numpy(),
    }


def sample(weights: Weights, judging: SampleJudging, compute: Compute, *, known: int) -> Arrays:
    """Images of draws from the prior by each seed's network, not more than `known` real ones."""
    with autoencoders(weights, compute) as networks:
        samplers = {seed: partial(_draw, network) for seed, network in networks.items()}
        return draw_samples(samplers, min(judging.samples, known), judging.seed)


def _draw(network: VAE, count: int, generator: torch.Generator, _: Tensor | None) -> Tensor:
    return network.sample(count, generator)


def explore(
    images: LabelledImages,
    encoded: Arrays,
    weights: Weights,
    report: VAEReport,
    compute: Compute,
) -> Arrays:
    """Images on straight ways between test images, and of the plane where there are two latents.

    A walk leads from the first test image of a class to that of another, the first class with the
    last and so on, so that each class is an end once (of an odd number, but the one in the middle).

    Returns:
        `walks` uint8 [W, K, H, W] of the first seed's network; of two latents also `plane`
        [R, R, H, W], latent 1 by column and latent 2 by row, at the quantiles `places` [R].
    """
    _, ends = np.unique(images.labels[images.test], return_index=True)
    means = torch.from_numpy(encoded["means"][0][ends])
    half = len(ends) // 2
    start, end = means[:half, None], means.flip(0)[:half, None]
    shares = torch.linspace(0, 1, report.walk_steps)[None, :, None]
    with autoencoders(weights, compute) as networks:
        first = next(iter(networks.values()))
        found: Arrays = {"walks": _images(first, start + shares * (end - start))}
        if first.latents == PLANE:
            places = prior_quantiles(report.plane)
            up, across = np.meshgrid(places, places, indexing="ij")
            grid = torch.from_numpy(np.stack([across, up], axis=2)).float()
            found |= {"places": places, "plane": _images(first, grid)}
    return found


def _images(network: VAE, latents: Tensor) -> NDArray[np.uint8]:
    """[…, Z] -> uint8 […, H, W]."""
    made = network.images(latents.reshape(-1, network.latents))
    shaped: NDArray[np.uint8] = made.view(*latents.shape[:-1], *made.shape[1:]).numpy()
    return shaped
