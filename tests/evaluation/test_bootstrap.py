import numpy as np
from scipy.stats import binom

from dl_pipelines.evaluation.bootstrap import Bootstrap, median_band

BANDS = Bootstrap(resamples=4000, seed=0)


def test_a_band_is_that_of_the_exact_distribution_of_the_median():
    # at most the k-th of n values, if more than half of n draws are among the first k
    n = 13
    below = binom.sf(n // 2, n, np.arange(1, n + 1) / n)
    low, high = (int(np.argmax(below >= share)) for share in (0.025, 0.975))
    values = np.random.default_rng(0).gamma(2.0, size=n)
    assert median_band(values, BANDS) == (np.sort(values)[low], np.sort(values)[high])


def test_each_column_has_a_band_of_its_own_and_the_seed_decides():
    values = np.random.default_rng(0).normal([0.0, 10.0, 100.0], size=(7, 3))
    low, high = median_band(values, BANDS)
    for column in range(3):
        assert median_band(values[:, column], BANDS) == (low[column], high[column])
        assert low[column] < np.median(values[:, column]) < high[column]
    np.testing.assert_array_equal(median_band(values, BANDS)[0], low)


def test_infinite_values_make_no_nan():
    low, high = median_band([1.0, 2.0, 3.0, np.inf, np.inf], BANDS)
    assert low == 1.0
    assert high == np.inf
    assert median_band([np.inf] * 5, BANDS) == (np.inf, np.inf)


def test_few_values_have_no_band():
    assert np.isnan(median_band([5.0, 5.0, 5.0, 5.0], BANDS)).all()
    low, high = median_band(np.ones((4, 2)), BANDS)
    assert low.shape == high.shape == (2,)
    assert np.isnan([low, high]).all()
    assert median_band([5.0] * 5, BANDS) == (5.0, 5.0)
