import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.importance import permutation_importance


@pytest.fixture
def features() -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "idle": random.normal(size=200),
            "size": random.normal(size=200),
            "street": random.choice(["paved", "gravel"], 200),
        }
    )


def _predict(features: pd.DataFrame) -> np.ndarray:
    return 3.0 * features["size"].to_numpy() + (features["street"] == "paved").to_numpy()


def test_a_shuffled_column_costs_what_it_says(features):
    table = permutation_importance(_predict, features, _predict(features), repeats=8, seed=1)
    assert table["feature"].tolist() == ["size", "street", "idle"]
    # The mean squared difference of two independent draws is twice the variance.
    expected = [3 * np.sqrt(2 * features["size"].var()), np.sqrt(0.5), 0.0]
    np.testing.assert_allclose(table["increase_mean"], expected, atol=0.15)
    assert table["increase_sd"].tolist()[2] == 0.0
    assert (table["increase_sd"][:2] > 0).all()


def test_the_seed_decides_and_the_features_stay(features):
    before = features.copy()
    first, again, other = (
        permutation_importance(_predict, features, np.zeros(200), repeats=1, seed=seed)
        for seed in (4, 4, 5)
    )
    pd.testing.assert_frame_equal(first, again)
    assert (first["increase_sd"] == 0).all()
    pd.testing.assert_frame_equal(features, before)
    actual = _predict(features)
    costs = [
        permutation_importance(_predict, features, actual, repeats=1, seed=seed)["increase_mean"][0]
        for seed in (4, 5)
    ]
    assert costs[0] != costs[1]
    assert other.columns.tolist() == ["feature", "increase_mean", "increase_sd"]
