"""How well a variational autoencoder explains images, and what it uses its latents for.

Shape legend: N images of H x W pixels, Z latents.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.errors import DataError

_VARIANCE = 0.01  # of a unit's posterior mean; above it the unit is active (Burda et al. 2016)


def likelihood_metrics(per_image: pd.DataFrame) -> dict[str, float]:
    """Means over the images with their standard errors.

    Args:
        per_image: One row an image [N]; each column a figure in nats: elbo (evidence lower bound,
            below 0), iwae_nll (importance-weighted estimate of the negative log-likelihood), bce_kl
            (binary cross-entropy of grey pixels plus divergence: no likelihood) and whatever else
            is known. NaN where an image was left out, such as from a slow estimate.

    Returns:
        <figure>, its mean, and <figure>_se, its standard error over the draw of the images (not
        over seeds), nats.

    Raises:
        DataError: If a figure is infinite, or known of fewer than two images.
    """
    metrics: dict[str, float] = {}
    for name, column in per_image.items():
        known = column.dropna().to_numpy(dtype=np.float64)
        if len(known) < 2 or not np.isfinite(known).all():  # noqa: PLR2004 - one has no spread
            raise DataError(
                f"{name} is a finite number for {np.isfinite(known).sum()} of "
                f"{len(per_image)} images; estimate it for at least two, with a network that has "
                "not diverged."
            )
        metrics[str(name)] = float(known.mean())
        metrics[f"{name}_se"] = float(known.std(ddof=1) / np.sqrt(len(known)))
    return metrics


def reconstruction_rmse(images: NDArray[np.uint8], reconstructions: NDArray[np.uint8]) -> float:
    """Root mean squared difference of all pixels.

    Args:
        images: Grey levels [N, H, W].
        reconstructions: What the network makes of them [N, H, W].

    Returns:
        Grey levels, 0 to 255.

    Raises:
        DataError: If there are no images or not as many reconstructions.
    """
    if images.shape != reconstructions.shape or not images.size:
        raise DataError(
            f"images of the shape {images.shape} and reconstructions of the shape "
            f"{reconstructions.shape} cannot be compared; reconstruct each image once."
        )
    difference = images.astype(np.float64) - reconstructions
    return float(np.sqrt(np.mean(difference**2)))


def active_units(means: ArrayLike) -> NDArray[np.bool_]:
    """Which latents the encoder uses: their posterior mean depends on the image.

    Burda et al., "Importance weighted autoencoders", ICLR 2016.

    Args:
        means: Posterior means of images [N, Z], no unit.

    Returns:
        Whether the variance of a latent's means over the images is above 0.01 [Z].
    """
    active: NDArray[np.bool_] = np.var(np.asarray(means, dtype=np.float64), axis=0) > _VARIANCE
    return active


def neighbours_agree(means: ArrayLike, labels: ArrayLike) -> float:
    """Share of the images whose nearest neighbour among the means is of the same class.

    Args:
        means: Posterior means of images [N, Z].
        labels: Classes of the images [N]; the network has not seen them.

    Returns:
        A fraction; about the share of the most frequent class if the latents know nothing of it.
    """
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415 - heavy: imported when used

    classes = np.asarray(labels)
    nearest = (
        NearestNeighbors(n_neighbors=1).fit(np.asarray(means)).kneighbors(return_distance=False)
    )
    return float(np.mean(classes[nearest[:, 0]] == classes))


def prior_quantiles(count: int) -> NDArray[np.float64]:
    """Places of a standard normal latent that split its probability evenly.

    Args:
        count: R.

    Returns:
        The middles of R equally probable parts, ascending [R], standard deviations.
    """
    from scipy.special import ndtri  # noqa: PLC0415 - heavy: imported when used

    places: NDArray[np.float64] = ndtri((np.arange(count) + 0.5) / count)
    return places
