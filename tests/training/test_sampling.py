from typing import Any

import pytest
from optuna.trial import FrozenTrial, create_trial

from dl_pipelines.training.sampling import decode, distributions, next_params

SPACE = {
    "optimizer.lr": {"low": 1e-4, "high": 1.0, "log": True},
    "network.hidden": {"values": [[64], [32, 32], None]},
}
GRID = {"width": {"values": [8, 16, 32]}, "name": {"values": ["sgd", "adam"]}}


def tried(space, count: int, **options: Any) -> list[dict[str, Any]]:
    """What the first trials try, of which each is worse than the one before."""
    trials: list[FrozenTrial] = []
    for number in range(count):
        params = next_params(space, trials, **options)
        known = distributions(space)
        trials.append(create_trial(params=params, distributions=known, value=float(number)))
    return [decode(trial.params) for trial in trials]


def test_a_grid_is_every_combination_once():
    found = [(params["width"], params["name"]) for params in tried(GRID, 6, method="grid", seed=0)]
    assert sorted(found) == [(w, name) for w in (8, 16, 32) for name in ("adam", "sgd")]


@pytest.mark.parametrize(("space", "method"), [(GRID, "grid"), (SPACE, "tpe")])
def test_the_seed_decides_and_the_order_of_the_space_does_not(space, method):
    first = tried(space, 6, method=method, seed=0)
    turned = dict(reversed(space.items()))
    assert tried(turned, 6, method=method, seed=0) == first
    assert tried(space, 6, method=method, seed=1) != first


def test_no_two_searches_or_trials_share_their_draws():
    lrs = [
        params["optimizer.lr"]
        for seed in (0, 1)
        for params in tried(SPACE, 9, method="tpe", seed=seed)
    ]
    assert len(set(lrs)) == 18
    assert all(1e-4 <= lr <= 1.0 for lr in lrs)
    assert sum(lr < 1e-2 for lr in lrs) > 4  # half of a logarithmic scale


def test_values_come_back_as_they_were():
    hidden = [params["network.hidden"] for params in tried(SPACE, 12, method="tpe", seed=0)]
    assert all(value in ([64], [32, 32], None) for value in hidden)
    assert {type(value) for value in hidden} == {list, type(None)}


def test_what_counts_something_is_a_whole_number():
    space = {"network.bins": {"low": 2.0, "high": 9.0, "log": False, "integer": True}}
    bins = [params["network.bins"] for params in tried(space, 12, method="tpe", seed=0)]
    assert all(isinstance(value, int) and 2 <= value <= 9 for value in bins)
    assert len(set(bins)) > 2
