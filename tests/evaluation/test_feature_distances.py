import numpy as np
import pytest
from scipy.linalg import sqrtm

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.feature_distances import frechet_distance, kernel_distance


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


def _with_moments(random, mean, covariance, rows=50):
    """Features whose sample mean and covariance (n - 1) are exactly these."""
    noise = random.normal(size=(rows, len(mean)))
    noise -= noise.mean(axis=0)
    whitened = noise @ np.linalg.inv(np.linalg.cholesky(np.cov(noise, rowvar=False)).T)
    return whitened @ np.linalg.cholesky(covariance).T + mean


def test_frechet_distance_of_two_normal_distributions(random):
    # Diagonal covariances commute: |3, 4|² + (1 - 2)² + (3 - 0.5)² with the standard deviations.
    one = _with_moments(random, [0.0, 0.0], np.diag([1.0, 9.0]))
    two = _with_moments(random, [3.0, 4.0], np.diag([4.0, 0.25]), rows=80)
    assert frechet_distance(one, two) == pytest.approx(25.0 + 1.0 + 6.25)


def test_frechet_distance_of_correlated_features_is_that_of_the_formula(random):
    covariances = [np.array([[2.0, 0.9], [0.9, 1.0]]), np.array([[1.0, -0.5], [-0.5, 3.0]])]
    one, two = (_with_moments(random, [0.0, 1.0], covariance) for covariance in covariances)
    expected = np.trace(sum(covariances) - 2 * sqrtm(covariances[0] @ covariances[1]).real)
    assert frechet_distance(one, two) == pytest.approx(expected)
    assert frechet_distance(two, one) == pytest.approx(expected)


def test_frechet_distance_of_a_set_from_itself_is_0(random):
    features = random.normal(size=(40, 6))
    assert frechet_distance(features, features[::-1]) == pytest.approx(0.0, abs=1e-12)


def test_frechet_distance_without_full_rank(random):
    flat = np.column_stack([random.normal(size=30), np.zeros(30), np.zeros(30)])
    few = random.normal(size=(3, 8))  # fewer rows than features
    assert frechet_distance(flat, flat + np.array([0.0, 2.0, 0.0])) == pytest.approx(4.0)
    assert frechet_distance(few, few + 1.0) == pytest.approx(8.0)


def test_kernel_distance_by_hand():
    # One feature: k(x, y) = (xy + 1)³. Own pairs 1 and 1, 8 and 8; across 1 and 1, 8 and 27.
    one, two = [[0.0], [1.0]], [[1.0], [2.0]]
    distance = kernel_distance(one, two, subsets=2)
    assert distance.mean == pytest.approx(1.0 + 27.0 - 2.0 * (1.0 + 1.0 + 8.0 + 27.0) / 4.0)
    assert distance.sd == pytest.approx(0.0)


def test_kernel_distance_tells_another_distribution_from_chance(random):
    features = random.normal(size=(800, 10))
    same = kernel_distance(features[:400], features[400:], subsets=20, rows=200)
    shifted = kernel_distance(features[:400], features[400:] + 0.5, subsets=20, rows=200)
    assert abs(same.mean) < 2 * same.sd
    assert shifted.mean > 5 * shifted.sd


def test_kernel_distance_is_the_same_for_the_same_seed(random):
    sets = random.normal(size=(2, 60, 4))
    first, again, other = (kernel_distance(*sets, subsets=3, rows=20, seed=s) for s in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (np.zeros((5, 3)), r"shapes \(5, 2\) and \(5, 3\)"),
        (np.zeros((1, 2)), r"at least two images"),
        (np.zeros(5), r"shapes \(5, 2\) and \(5,\)"),
        ([[0.0, 0.0], [0.0, np.nan], [np.inf, 0.0]], r"set 2 of 2 .* in row 1 \(2 of 3 rows\)"),
    ],
)
def test_unsound_features_are_refused(second, message):
    for distance in (frechet_distance, kernel_distance):
        with pytest.raises(DataError, match=message):
            distance(np.zeros((5, 2)), second)
