import numpy as np
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.precision_recall import precision_recall


@pytest.fixture
def modes() -> np.ndarray:
    """Two clouds of 60 points, far from each other."""
    cloud = np.random.default_rng(0).normal(size=(120, 3))
    cloud[60:] += 50.0
    return cloud


def test_the_same_set_is_precise_and_complete(modes):
    assert precision_recall(modes, modes) == (1.0, 1.0)


def test_a_set_far_away_is_neither(modes):
    assert precision_recall(modes + 1000.0, modes) == (0.0, 0.0)


def test_a_dropped_mode_lowers_recall_only(modes):
    assert precision_recall(modes[:60], modes) == (1.0, 0.5)


def test_samples_beside_the_real_ones_lower_precision_only(modes):
    assert precision_recall(modes, modes[:60]) == (0.5, 1.0)


def test_by_hand():
    # k = 1: the balls of the real points 0, 1 and 5 reach 1, 1 and 4 far, those of the generated
    # points 3 and 10 reach 7.
    real, generated = np.array([[0.0], [1.0], [5.0]]), np.array([[3.0], [10.0]])
    shares = precision_recall(generated, real, neighbours=1)
    assert shares.precision == pytest.approx(1 / 2)  # 3 lies within 4 of 5, 10 does not
    assert shares.recall == pytest.approx(1.0)  # all lie within 7 of 3


def test_the_same_picture_again_and_again_covers_nothing(modes):
    shares = precision_recall(np.repeat(modes[:1], 20, axis=0), modes)
    assert shares.recall <= 1 / 120


def test_too_few_neighbours_are_refused(modes):
    with pytest.raises(DataError, match="3 images are too few for 3 nearest neighbours"):
        precision_recall(modes[:3], modes)
