import numpy as np

from dl_pipelines.data.parabola import parabola_parts

SIZES = {"train": 60, "valid": 20, "test": 40}


def test_each_row_is_in_one_part_and_each_part_spans_the_curve():
    parts = parabola_parts(**SIZES, noise=0.0, seed=0)
    for part, count in SIZES.items():
        assert parts[f"{part}_x"].shape == parts[f"{part}_y"].shape == (count, 1)
        np.testing.assert_allclose(parts[f"{part}_y"], parts[f"{part}_x"] ** 2, rtol=1e-6)
        assert parts[f"{part}_x"].min() < -0.5 < 0.5 < parts[f"{part}_x"].max()
    x = np.concatenate([parts[f"{part}_x"] for part in SIZES])
    np.testing.assert_allclose(np.sort(x[:, 0]), np.linspace(-1, 1, 120), rtol=1e-6)


def test_noise_has_the_deviation_asked_for_and_follows_the_seed():
    sizes = {"train": 3000, "valid": 500, "test": 500}
    parts, again, other = (parabola_parts(**sizes, noise=0.2, seed=s) for s in (1, 1, 2))
    error = parts["train_y"] - parts["train_x"] ** 2
    assert abs(error.std() - 0.2) < 0.01
    assert abs(error.mean()) < 0.02
    np.testing.assert_array_equal(parts["test_y"], again["test_y"])
    assert not np.array_equal(parts["test_y"], other["test_y"])
