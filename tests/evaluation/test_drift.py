import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.stats import ks_2samp

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.evaluation.drift import (
    bootstrap_distances,
    bootstrap_p_value,
    feature_drift,
    holm,
    kolmogorov_smirnov,
    population_stability_index,
)
from dl_pipelines.evaluation.resampled_days import resampled_days, stationary_days

SAMPLES = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=40).map(np.array)
FEW = {"resamples": 199, "block_days": 125, "seed": 0}


def test_the_index_is_that_of_a_calculation_by_hand():
    training = np.arange(1.0, 11.0)  # bins up to 5 and beyond
    recent = np.array([1.0, 2.0, 3.0, 9.0])  # shares 3/4 and 1/4 instead of 1/2
    expected = 0.25 * np.log(1.5) - 0.25 * np.log(0.5)
    assert population_stability_index(training, recent, bins=2) == pytest.approx(expected)
    assert expected == pytest.approx(0.27465307)


def test_an_empty_bin_counts_as_half_a_day():
    training = np.arange(1.0, 11.0)
    expected = 0.5 * np.log(2.0) + (0.125 - 0.5) * np.log(0.25)
    assert population_stability_index(training, np.ones(4), bins=2) == pytest.approx(expected)


@given(SAMPLES, SAMPLES)
@settings(max_examples=50)
def test_the_index_is_never_negative(training, recent):
    assert population_stability_index(training, recent) >= 0.0


@given(SAMPLES, st.integers(1, 3))
@settings(max_examples=50)
def test_the_index_of_equal_shares_is_0(training, times):
    assert population_stability_index(training, np.repeat(training, times)) == 0.0


@given(SAMPLES, SAMPLES)
@settings(max_examples=50)
def test_a_monotone_map_changes_neither_the_index_nor_the_distance(training, recent):
    mapped = [np.exp(sample / 25.0) + sample for sample in (training, recent)]
    for measure in (population_stability_index, kolmogorov_smirnov):
        assert measure(*mapped) == measure(training, recent)


@given(SAMPLES, SAMPLES)
@settings(max_examples=50)
@pytest.mark.filterwarnings("ignore:ks_2samp")  # its p-value is not asked for
def test_the_distance_is_that_of_scipy(training, recent):
    expected = ks_2samp(training, recent, method="exact").statistic
    assert kolmogorov_smirnov(training, recent) == pytest.approx(expected)


def test_the_distance_of_a_calculation_by_hand():
    # at 3: three of four values of the first, one of five of the second
    assert kolmogorov_smirnov([1.0, 2.0, 3.0, 6.0], [2.5, 4.0, 5.0, 6.0, 7.0]) == pytest.approx(
        0.75 - 0.2
    )


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(DataError, match="has no finite value in row 2"):
        population_stability_index([1.0, np.nan], [1.0])


def test_holm_multiplies_the_smallest_by_all_and_never_overtakes():
    # 0.01 · 4, 0.02 · 3, then 0.03 · 2 and 0.04, which the one before them holds up
    np.testing.assert_allclose(holm([0.04, 0.01, 0.03, 0.02]), [0.06, 0.04, 0.06, 0.06])
    np.testing.assert_allclose(holm([0.5, 0.9]), [1.0, 1.0])


def test_a_p_value_counts_the_statistic_itself():
    assert bootstrap_p_value(0.5, [0.1, 0.5, 0.9]) == 3 / 4
    assert bootstrap_p_value(2.0, [0.1, 0.5, 0.9]) == 1 / 4


@given(st.integers(1, 30), st.integers(1, 60), st.integers(0, 9))
@settings(max_examples=30)
def test_blocks_go_on_to_the_next_day_and_around_the_end(days, size, seed):
    random = np.random.default_rng(seed)
    drawn = stationary_days(days, size, block_days=1e12, random=random)
    np.testing.assert_array_equal(drawn, (drawn[0] + np.arange(size)) % days)


def test_blocks_have_the_mean_length_that_is_asked_for():
    drawn = stationary_days(10_000, 20_000, block_days=20, random=np.random.default_rng(0))
    breaks = np.sum(np.diff(drawn) % 10_000 != 1)
    assert 20_000 / breaks == pytest.approx(20, rel=0.1)


def test_drawn_samples_are_as_long_as_those_that_are_compared():
    pairs = resampled_days(30, 7, **FEW)
    assert {(len(old), len(new)) for old, new in pairs} == {(30, 7)}
    distances = bootstrap_distances(np.arange(30.0), pairs)
    assert distances[3] == kolmogorov_smirnov(*(np.arange(30.0)[days] for days in pairs[3]))


def walk(days: int, seed: int) -> np.ndarray:
    """An autoregressive series: without drift, though its stretches look different."""
    shocks = np.random.default_rng(seed).normal(size=days + 200)
    return lfilter([1.0], [1.0, -0.97], shocks)[200:]


def test_autocorrelation_is_no_drift():
    series = pd.DataFrame({f"series_{seed}": walk(1450, seed) for seed in range(16)})
    draws = FEW | {"resamples": 339}
    found = feature_drift(
        series[:1200], series[1200:], bins=10, large_psi=0.25, level=0.05, **draws
    )
    assert (found["p_iid"] < 0.05).mean() >= 0.8  # what the usual test would make of it
    assert (found["psi"] >= 0.25).mean() >= 0.8  # and the rule of thumb
    assert found["drifted"].sum() <= 1


def test_a_change_is_found_and_its_neighbour_without_one_is_not():
    random = np.random.default_rng(0)
    training = pd.DataFrame(random.normal(size=(600, 2)), columns=["calm", "moved"])
    recent = pd.DataFrame(random.normal(size=(200, 2)), columns=["calm", "moved"])
    recent["moved"] = 2.0 * recent["moved"] + 1.0
    table = feature_drift(training, recent, bins=10, large_psi=0.25, level=0.05, **FEW)
    assert dict(zip(table["feature"], table["drifted"], strict=True)) == {
        "calm": False,
        "moved": True,
    }
    np.testing.assert_allclose(table["p_holm"], holm(table["p_value"]))
    assert table["p_value"].min() == 1 / 200


def test_so_few_draws_that_nothing_could_drift_are_refused():
    random = np.random.default_rng(0)
    training, recent = (
        pd.DataFrame(random.normal(size=(days, 3)) + shift) for days, shift in ((90, 0), (40, 9))
    )
    rules = {"bins": 5, "large_psi": 0.25, "level": 0.05, "block_days": 1, "seed": 0}
    with pytest.raises(SettingError, match=r"'stock_monitor.bootstrap.resamples' is 59, .* to 60"):
        feature_drift(training, recent, resamples=59, **rules)
    assert feature_drift(training, recent, resamples=60, **rules)["drifted"].all()


def test_a_small_change_is_none_however_sure():
    random = np.random.default_rng(0)
    training = pd.DataFrame({"x": random.normal(size=20_000)})
    recent = pd.DataFrame({"x": random.normal(size=20_000) + 0.1})
    bootstrap = {"resamples": 49, "block_days": 1, "seed": 0}
    (row,) = feature_drift(
        training, recent, bins=10, large_psi=0.25, level=0.05, **bootstrap
    ).to_dict("records")
    assert row["p_holm"] < 0.05
    assert not row["drifted"]
