import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.frames.parabola import noisy_parabola

CURVE = {"count": 5, "low": -1.0, "high": 3.0, "w": 3.0, "b": 2.0, "noise": 0.1}


def test_without_noise_the_points_lie_on_the_parabola_at_even_distances():
    points = noisy_parabola(**{**CURVE, "noise": 0.0})
    assert points["x"].tolist() == [-1, 0, 1, 2, 3]
    assert points["y"].tolist() == [5, 2, 5, 14, 29]


@given(seed=st.integers(0, 2**32 - 1), mean=st.floats(-1, 1), noise=st.floats(0, 1))
def test_noise_is_that_of_its_seed_its_mean_and_its_deviation(seed, mean, noise):
    points = noisy_parabola(**{**CURVE, "noise": noise}, noise_mean=mean, seed=seed)
    drawn = np.random.default_rng(seed).standard_normal(5)
    np.testing.assert_allclose(
        points["y"] - 3 * points["x"] ** 2 - 2, mean + noise * drawn, atol=1e-12
    )
    assert points.attrs["source"] == f"drawn with seed {seed}"
