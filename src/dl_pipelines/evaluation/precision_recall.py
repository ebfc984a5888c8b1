"""Whether generated images look real, and whether all real ones can be generated.

Shape legend: N generated and M real images, F features.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.feature_distances import Floats, checked_features

_MEMORY = 64  # MiB of distances at a time


class PrecisionRecall(NamedTuple):
    """Precision and recall of generated images.

    Attributes:
        precision: Share of the generated images that lie among the real ones, a fraction.
        recall: Share of the real images that lie among the generated ones, a fraction.
    """

    precision: float
    recall: float


def precision_recall(
    generated: ArrayLike, real: ArrayLike, *, neighbours: int = 3
) -> PrecisionRecall:
    """Improved precision and recall of generated images.

    Kynkäänniemi et al., "Improved precision and recall metric for assessing generative models",
    NeurIPS 2019: an image lies among those of a set if it is no farther from one of them than that
    one's k-th nearest neighbour in the set. Both figures depend on the sizes of the sets, so
    compare sets of one size.

    Args:
        generated: Features [N, F].
        real: Features [M, F].
        neighbours: k.

    Raises:
        DataError: As `checked_features`, or if a set has not more than k images.
    """
    one, two = checked_features(generated, real)
    fewest = min(len(one), len(two))
    if fewest <= neighbours:
        raise DataError(
            f"{fewest} images are too few for {neighbours} nearest neighbours among them; compare "
            "more images."
        )
    return PrecisionRecall(
        precision=_share_among(one, two, neighbours), recall=_share_among(two, one, neighbours)
    )


def _share_among(images: Floats, others: Floats, neighbours: int) -> float:
    """Share of `images` that lie in the ball of one of `others`."""
    from sklearn.metrics import pairwise_distances_chunked  # noqa: PLC0415 - heavy
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415 - heavy

    # Without an argument: the neighbours of each point, itself left out.
    distances, _ = NearestNeighbors(n_neighbors=neighbours).fit(others).kneighbors()
    radii = distances[:, -1]
    inside = pairwise_distances_chunked(
        images,
        others,
        reduce_func=lambda chunk, _: (chunk <= radii).any(axis=1),
        working_memory=_MEMORY,
    )
    return float(np.concatenate([*inside]).mean())
