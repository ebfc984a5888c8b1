"""Small pictures and frames that look like those of a generator: fixtures for `conftest`."""

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.generator_tables import generator_table
from dl_pipelines.evaluation.likelihoods import prior_quantiles
from dl_pipelines.evaluation.sample_classes import class_histogram


def _shades(*shape: int) -> np.ndarray:
    """Pictures of 4 x 4 pixels, each of its own grey, from 1 on."""
    greys = 1 + np.arange(np.prod(shape), dtype=np.uint8)
    return np.broadcast_to(greys.reshape(*shape, 1, 1), (*shape, 4, 4)).copy()


@pytest.fixture
def class_rows() -> np.ndarray:
    """Ten classes of three noises."""
    return _shades(10, 3)


@pytest.fixture
def read_rows() -> np.ndarray:
    """What is read in them: two 4s and one 7 are something else."""
    read = np.tile(np.arange(10)[:, None], (1, 3))
    read[4, [0, 2]], read[7, 1] = 9, 1
    return read


@pytest.fixture
def latent_values() -> np.ndarray:
    return prior_quantiles(4)


@pytest.fixture
def latent_grid() -> np.ndarray:
    return _shades(4, 4)


@pytest.fixture
def grid_classes() -> np.ndarray:
    """Half of the plane is a 3."""
    return np.array([[3, 3, 3, 3], [3, 3, 3, 3], [1, 1, 1, 1], [0, 2, 4, 5]])


@pytest.fixture
def means() -> np.ndarray:
    """Two images of class 0 and two of class 1 lie side by side, the others each alone."""
    places = np.array([[10.0 * number, (-1.0) ** number] for number in range(10)])
    return np.concatenate([places, places[:2] + 0.1])


@pytest.fixture
def walks() -> np.ndarray:
    return _shades(2, 5)


@pytest.fixture
def walk_classes() -> np.ndarray:
    """The second walk passes a third class."""
    return np.array([[4, 4, 4, 9, 9], [3, 3, 5, 8, 8]])


@pytest.fixture
def epoch_samples() -> np.ndarray:
    """Two noises after three epochs; the first adds 40 grey levels, the next two 5 each."""
    return np.cumsum([_shades(2), np.full((2, 4, 4), 40), np.full((2, 4, 4), 10)], axis=0).astype(
        np.uint8
    )


@pytest.fixture
def epochs() -> np.ndarray:
    return np.array([1, 2, 4])


@pytest.fixture
def adversarial_history() -> pd.DataFrame:
    """Two seeds of two epochs; in the last the discriminator is right on 60 and 70 %."""
    columns = ["seed", "epoch", "train_discriminator_loss", "train_generator_loss"]
    columns += ["train_real_accuracy", "train_generated_accuracy"]
    rows = [
        (0, 1, 1.0, 1.4, 0.9, 0.95),
        (0, 2, 1.2, 1.0, 0.5, 0.8),
        (1, 1, 0.8, 1.6, 0.8, 0.85),
        (1, 2, 1.4, 0.8, 0.7, 0.6),
    ]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def sampled_classes() -> pd.DataFrame:
    """Samples are 0 twice as often as real images, and never 9."""
    return class_histogram([*range(9), 0], np.arange(20) % 10, classes=10)


@pytest.fixture
def generators() -> pd.DataFrame:
    """Two generators; the second is nearer and more precise, the first covers more."""
    runs = {
        "pipeline": ["mnist_vae", "mnist_gan"],
        "frechet": [24.0, 6.0],
        "frechet_ratio": [12.0, 3.0],
        "precision": [0.6, 0.9],
        "recall": [0.8, 0.4],
    }
    return generator_table(pd.DataFrame(runs).assign(frechet_floor=2.0, network="cnn-1a"))
