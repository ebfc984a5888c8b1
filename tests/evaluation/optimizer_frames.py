"""Losses of three optimizers as a comparison leaves them; fixtures."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.bootstrap import Bootstrap
from dl_pipelines.evaluation.optimizer_ranks import rank_optimizers

BANDS = Bootstrap(resamples=200, seed=0)


def losses_of(
    courses: Mapping[tuple[str, float, int], list[float]], every: int, constant: float = 1.0
) -> pd.DataFrame:
    """A frame of losses from those of each training (optimizer, rate, seed)."""
    return pd.DataFrame(
        [
            (*training, number * every, loss)
            for training, course in courses.items()
            for number, loss in enumerate(course)
        ],
        columns=["optimizer", "rate", "seed", "step", "loss"],
    ).assign(constant=constant)


@pytest.fixture
def optimizer_trials() -> pd.DataFrame:
    """Adam likes 0.01, momentum 0.1; Adam diverges at 1, momentum with one of its two seeds."""
    ends = {
        ("momentum", 0.01): (0.5, 0.6),
        ("momentum", 0.1): (0.2, 0.3),
        ("momentum", 1.0): (0.25, np.nan),
        ("adam", 0.01): (0.1, 0.2),
        ("adam", 0.1): (0.4, 0.4),
        ("adam", 1.0): (7.0, np.inf),
        ("adam_sgd", 0.01): (0.18, 0.18),
        ("adam_sgd", 0.1): (0.1, 0.2),
        ("adam_sgd", 1.0): (0.3, 0.9),
    }
    return losses_of(
        {(*key, 100 + n): [1.0, end] for key, both in ends.items() for n, end in enumerate(both)},
        every=60,
    )


@pytest.fixture
def optimizer_losses() -> pd.DataFrame:
    """Five seeds; momentum is worse than Adam, Adam → SGD better than both, one seed diverges."""
    courses = {}
    for seed in range(5):
        shift = 0.01 * seed
        courses["momentum", 0.1, seed] = [1.0, 0.8, 0.6 + shift, 0.4 + shift]
        courses["adam", 0.01, seed] = [1.0, 0.4 + shift, 0.3 + shift, 0.2 + shift]
        courses["adam_sgd", 0.1, seed] = [1.0, 0.4 + shift, 0.2 + shift, 0.1 + shift]
    courses["momentum", 0.1, 4] = [1.0, 3.0, np.nan, np.nan]
    return losses_of(courses, every=20)


@pytest.fixture
def optimizer_times() -> pd.DataFrame:
    """Seconds of a step; Adam → SGD switches after 40 steps."""
    rows = [("momentum", 0, 1.0), ("adam", 0, 2.0), ("adam_sgd", 0, 2.0), ("adam_sgd", 40, 1.0)]
    times = pd.DataFrame(rows, columns=["optimizer", "from_step", "seconds"])
    return times.assign(low=0.9 * times["seconds"], high=1.1 * times["seconds"])


@pytest.fixture
def lost_losses() -> pd.DataFrame:
    """Three optimizers, two rates and five seeds, all of which diverge; also those of trials."""
    names = ("momentum", "adam", "adam_sgd")
    trainings = [(name, rate, seed) for name in names for rate in (10.0, 20.0) for seed in range(5)]
    ends = (np.nan, np.inf, 1e30)
    return losses_of(
        {training: [1.0, 3.0, ends[n % 3]] for n, training in enumerate(trainings)}, every=20
    )


@pytest.fixture
def lost_ranking(lost_losses, optimizer_times) -> pd.DataFrame:
    """These judged at the smaller rate."""
    chosen = lost_losses[lost_losses["rate"] == 10.0]
    return rank_optimizers(chosen, lost_losses, optimizer_times, target=0.4, bootstrap=BANDS)


@pytest.fixture
def ranked_optimizers(optimizer_losses, optimizer_trials, optimizer_times) -> pd.DataFrame:
    """These judged, with a target of 0.4."""
    return rank_optimizers(
        optimizer_losses, optimizer_trials, optimizer_times, target=0.4, bootstrap=BANDS
    )
