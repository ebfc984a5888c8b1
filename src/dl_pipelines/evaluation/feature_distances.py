"""How far generated images lie from real ones, in the features of a classifier.

The features come in as arrays, whatever network made them; figures of different networks must not
be compared. Shape legend: N generated and M real images, F features.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.errors import DataError

Floats = NDArray[np.float64]

_DEGREE = 3  # of the kernel of Bińkowski et al.


def checked_features(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    """Two sets of features that can be compared.

    Args:
        first: Features [N, F].
        second: Features [M, F].

    Returns:
        The same as float64.

    Raises:
        DataError: If a set has fewer than two rows or a number that is not finite, or the sets
            have different numbers of features.
    """
    sets = [np.asarray(features, dtype=np.float64) for features in (first, second)]
    shapes = [features.shape for features in sets]
    if any(len(shape) != 2 or shape[0] < 2 for shape in shapes) or shapes[0][1] != shapes[1][1]:  # noqa: PLR2004 - rows and columns; a covariance needs two rows
        raise DataError(
            f"two sets of features have the shapes {shapes[0]} and {shapes[1]}; compare sets of at "
            "least two images with the features of one network."
        )
    for place, features in enumerate(sets):
        wrong = ~np.isfinite(features.sum(axis=1))
        if wrong.any():
            raise DataError(
                f"set {place + 1} of 2 has features that are no finite numbers in row "
                f"{wrong.argmax()} ({wrong.sum()} of {len(wrong)} rows); leave out such images or "
                "check the network that made the features."
            )
    return sets[0], sets[1]


def frechet_distance(first: ArrayLike, second: ArrayLike) -> float:
    """Fréchet distance of the normal distributions of two sets of features.

    Heusel et al., "GANs trained by a two time-scale update rule converge to a local Nash
    equilibrium", NeurIPS 2017: |μ₁ - μ₂|² + tr(C₁ + C₂ - 2 (C₁ C₂)^½). With C = Rᵀ R the trace of
    the square root is the sum of the singular values of R₁ R₂ᵀ. R comes from the features
    themselves, so nothing is squared or inverted and covariances without full rank are no special
    case. The distance of finite sets is too large, the more so the smaller they are: compare it
    with that of two real sets of the same sizes.

    Args:
        first: Features [N, F].
        second: Features [M, F].

    Returns:
        The distance, in squared units of the features; 0 for the same distribution.

    Raises:
        DataError: As `checked_features`.
    """
    one, two = checked_features(first, second)
    between = one.mean(axis=0) - two.mean(axis=0)
    roots = [_root(one), _root(two)]
    traces = sum(float(np.sum(root**2)) for root in roots)
    shared = float(np.linalg.norm(roots[0] @ roots[1].T, "nuc"))
    return max(float(between @ between) + traces - 2.0 * shared, 0.0)


def _root(features: Floats) -> Floats:
    """R of the covariance Rᵀ R of features [N, F]: [min(N, F), F]."""
    centred = features - features.mean(axis=0)
    upper: Floats = np.linalg.qr(centred / np.sqrt(len(features) - 1.0)).R
    return upper


class KernelDistance(NamedTuple):
    """Kernel distance over random subsets.

    Attributes:
        mean: No unit; about 0, also below, for the same distribution.
        sd: Standard deviation over the subsets (n - 1).
    """

    mean: float
    sd: float


def kernel_distance(
    generated: ArrayLike, real: ArrayLike, *, subsets: int = 100, rows: int = 1000, seed: int = 0
) -> KernelDistance:
    """Kernel distance of two sets of features: their squared maximum mean discrepancy.

    Bińkowski et al., "Demystifying MMD GANs", ICLR 2018: the kernel is (xᵀy / F + 1)³ and the
    estimate of each subset unbiased, so unlike Fréchet's distance it does not depend on how many
    images there are.

    Args:
        generated: Features [N, F].
        real: Features [M, F].
        subsets: Pairs of subsets, at least two.
        rows: Images of a subset; fewer where a set has fewer.
        seed: Decides the subsets.

    Returns:
        Its mean and standard deviation over the subsets.

    Raises:
        DataError: As `checked_features`.
    """
    one, two = checked_features(generated, real)
    random = np.random.default_rng(seed)
    size = min(rows, len(one), len(two))
    distances = [
        _discrepancy(*(random.choice(part, size, replace=False) for part in (one, two)))
        for _ in range(subsets)
    ]
    return KernelDistance(float(np.mean(distances)), float(np.std(distances, ddof=1)))


def _discrepancy(one: Floats, two: Floats) -> float:
    """Unbiased squared maximum mean discrepancy of two sets of n rows."""
    from sklearn.metrics.pairwise import (  # noqa: PLC0415 - heavy: imported when used
        polynomial_kernel,
    )

    n = len(one)
    own = 0.0
    for part in (one, two):
        kernel = polynomial_kernel(part, degree=_DEGREE)
        own += float(kernel.sum() - np.trace(kernel)) / (n * (n - 1))  # nobody is his own neighbour
    return own - 2.0 * float(polynomial_kernel(one, two, degree=_DEGREE).mean())
