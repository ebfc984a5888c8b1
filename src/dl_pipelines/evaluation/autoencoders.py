"""Variational autoencoders judged, seed by seed and together.

Shape legend: S seeds, N test images of H x W pixels, Z latents.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.evaluation.likelihoods import (
    active_units,
    likelihood_metrics,
    reconstruction_rmse,
)
from dl_pipelines.evaluation.seeds import over_seeds


def autoencoders_by_seed(
    per_image: pd.DataFrame, images: NDArray[np.uint8], encoded: Mapping[str, NDArray[Any]]
) -> pd.DataFrame:
    """Figures of each seed's own network.

    Args:
        per_image: One row a seed and test image: seed, row, elbo, iwae_nll and bce_kl (nats); see
            `likelihoods.likelihood_metrics`.
        images: Grey levels of the test images, uint8 [N, H, W].
        encoded: `seeds` [S]; `means` of the posteriors [S, N, Z]; `reconstructions` uint8
            [S, N, H, W].

    Returns:
        One row a seed: seed; the figures of `likelihood_metrics`; reconstruction_rmse (grey
        levels) and active_units (a count).
    """
    by_seed = per_image.drop(columns="row").groupby("seed")
    members = zip(encoded["seeds"], encoded["means"], encoded["reconstructions"], strict=True)
    rows = [
        {
            "seed": int(seed),
            **likelihood_metrics(by_seed.get_group(seed).drop(columns="seed")),
            "reconstruction_rmse": reconstruction_rmse(images, reconstructed),
            "active_units": int(active_units(means).sum()),
        }
        for seed, means, reconstructed in members
    ]
    return pd.DataFrame(rows)


def autoencoder_metrics(by_seed: pd.DataFrame) -> dict[str, float]:
    """Flat figures of all seeds' networks.

    Args:
        by_seed: Table of `autoencoders_by_seed`.

    Returns:
        Means over the seeds, and where there are several `<figure>_sd`, but none of standard
        errors.
    """
    metrics = over_seeds(by_seed)
    return {name: value for name, value in metrics.items() if not name.endswith("_se_sd")}
