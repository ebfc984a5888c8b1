import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.autoencoders import (
    autoencoder_metrics,
    autoencoders_by_seed,
)


@pytest.fixture
def by_seed() -> pd.DataFrame:
    """Of the seeds 10 and 2, three images of 2 x 2 pixels, two latents."""
    per_image = pd.DataFrame(
        {
            "seed": [10, 10, 10, 2, 2, 2],
            "row": [0, 1, 2] * 2,
            "elbo": [-1.0, -2.0, -3.0, -4.0, -4.0, -4.0],
            "iwae_nll": [1.0, np.nan, 2.0, 3.0, np.nan, 3.0],
            "bce_kl": [5.0, 5.0, 8.0, 6.0, 6.0, 6.0],
        }
    )
    images = np.full((3, 2, 2), 100, dtype=np.uint8)
    encoded = {
        "seeds": np.array([10, 2]),
        "means": np.array([[[0, 0], [1, 0.1], [2, 0]], [[0, 5], [2, 7], [4, 9]]]),
        "reconstructions": np.stack([images + 3, images - 4]),
    }
    return autoencoders_by_seed(per_image, images, encoded)


def test_each_row_is_of_the_seed_that_it_names(by_seed):
    figures = by_seed.set_index("seed")
    assert figures.index.tolist() == [10, 2]
    assert figures["elbo"].tolist() == [-2.0, -4.0]
    assert figures["elbo_se"].tolist() == [pytest.approx(3**-0.5), 0.0]
    assert figures["iwae_nll"].tolist() == [1.5, 3.0]
    assert figures["reconstruction_rmse"].tolist() == [3.0, 4.0]
    assert figures["active_units"].tolist() == [1, 2]


def test_several_seeds_have_a_spread_of_figures_but_none_of_standard_errors(by_seed):
    metrics = autoencoder_metrics(by_seed)
    assert metrics["elbo"] == -3.0
    assert metrics["elbo_sd"] == pytest.approx(2**0.5)
    assert metrics["elbo_se"] == pytest.approx(3**-0.5 / 2)
    assert not [name for name in metrics if name.endswith("_se_sd")]
