import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params import Compute
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.tabular import Preparation, Resampling
from dl_pipelines.pipelines.house_price_search.adapters import (
    Objective,
    params_of,
    rank,
    readable,
    search_verdict,
    with_params,
)

REGRESSOR = Regressor(name="dropout", network={"hidden": [3], "dropout": 0.05})
TRAINING = RegressorRecipe(epochs=1, batch_size=16, optimizer={"lr": 0.01})


@pytest.fixture
def features() -> pd.DataFrame:
    """30 houses whose size decides the price."""
    size = np.random.default_rng(0).uniform(50, 250, 30)
    kinds = np.resize(["flat", "house"], 30)
    return pd.DataFrame({"price": 2 * size, "size": size, "kind": kinds})


def objective(features: pd.DataFrame, **changes: Any) -> Objective:
    """An objective of three inner folds; each keyword replaces a setting."""
    settings = {
        "preparation": Preparation(min_frequency=2),
        "holdout": Resampling(method="random", test_fraction=0.2, validation_fraction=0.2),
        "inner": Resampling(method="kfold", folds=3),
        "regressor": REGRESSOR,
        "training": TRAINING,
        "compute": Compute(device="cpu", backend="sequential"),
    }
    return Objective.within_holdout(features=features, **settings | changes)


def held_out(features: pd.DataFrame) -> pd.Index:
    """The test rows of the holdout: those that no inner fold knows."""
    return features.index[~features["size"].isin(objective(features).task.columns["size"])]


def test_the_inner_folds_test_each_row_that_the_holdout_learns_from_once(features):
    inner = objective(features)
    assert len(held_out(features)) == 6
    tested = np.concatenate([part.rows for part in inner.parts])
    assert sorted(tested) == [*range(24)]
    assert all(not set(part.rows) & set(part.trained.train) for part in inner.parts)


def test_test_rows_of_the_holdout_change_nothing(features):
    spoilt = features.copy()
    spoilt.loc[held_out(features), ["price", "size"]] = 1e6
    spoilt.loc[held_out(features), "kind"] = "castle"
    before, after = objective(features), objective(spoilt)
    assert after({}) == before({})
    assert after.identity(1.0) == before.identity(1.0)


def test_the_value_depends_on_the_parameters_and_not_on_the_call(features):
    scored = objective(features)
    assert scored({"optimizer.lr": 0.01}) == scored({}) == scored({})
    assert scored({"optimizer.lr": 0.1}) != scored({})
    assert scored({"network.hidden": [5, 2]}) != scored({})


def test_where_the_logarithm_is_learnt_its_error_is_the_value(features):
    logged = objective(features, preparation=Preparation(min_frequency=2, log_price=True))
    assert logged({}) < 5 < objective(features)({})


@pytest.mark.parametrize(
    "change",
    [
        {"preparation": Preparation(min_frequency=3)},
        {"preparation": Preparation(min_frequency=2, leave_out=("kind",))},
        {"preparation": Preparation(min_frequency=2, train_up_to={"size": 200.0})},
        {"inner": Resampling(method="kfold", folds=3, seeds=(1,))},
        {"inner": Resampling(method="kfold", folds=4)},
        {"holdout": Resampling(method="random", test_fraction=0.2, seed=1)},
        {"regressor": Regressor(name="dropout", network={"hidden": [4]})},
        {"training": TRAINING.model_copy(update={"epochs": 2})},
    ],
)
def test_trials_of_other_settings_are_of_another_study(features, change):
    assert objective(features, **change).identity(1.0) != objective(features).identity(1.0)


def test_trials_of_other_data_or_code_are_of_another_study(features):
    own = objective(features)
    moved = features.assign(size=features["size"] + 1)
    assert objective(moved).identity(1.0) != own.identity(1.0)
    assert own.identity(1.001) != own.identity(1.0)
    assert own.identity(1.0 + 1e-9) == own.identity(1.0)
    elsewhere = Compute(device="cpu", backend="loky", workers=2)
    assert objective(features, compute=elsewhere).identity(1.0) == own.identity(1.0)


def test_without_inner_folds_the_setting_is_named(features):
    with pytest.raises(SettingError, match=r"'inner\.repeats' is 0"):
        objective(features, inner=Resampling(method="kfold", repeats=0))


def test_parameters_go_where_their_names_say():
    regressor, training = with_params(
        REGRESSOR, TRAINING, {"network.hidden": [5, 2], "optimizer.weight_decay": 0.1}
    )
    assert regressor.network.hidden == (5, 2)
    assert regressor.network.dropout == 0.05
    assert (training.optimizer.weight_decay, training.optimizer.lr) == (0.1, 0.01)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"network.dropout": 1.5}, "'dropout' is 1.5"),
        ({"optimizer.lr": -1}, "'optimizer.lr' is -1"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(params, sentence):
    with pytest.raises(SettingError, match=sentence):
        with_params(REGRESSOR, TRAINING, params)


def trial(number: int, value: float, **params: Any) -> dict[str, Any]:
    columns = {f"params.{name.replace('__', '.')}": json.dumps(v) for name, v in params.items()}
    return {"number": number, "value": value, **columns}


@pytest.fixture
def trials() -> dict[str, pd.DataFrame]:
    return {
        "grid": pd.DataFrame(
            [
                trial(0, np.inf, network__hidden=[64]),
                trial(1, 2.5, network__hidden=[8, 8]),
            ]
        ),
        "tpe": pd.DataFrame(
            [trial(0, 2.123456, network__hidden=[64], optimizer__weight_decay=1.23456e-4)]
        ),
    }


def test_the_shipped_setting_is_ranked_too(trials):
    ranked = rank(trials, 2.5)
    assert list(ranked["method"]) == ["tpe", "shipped", "grid", "grid"]
    best = {"network.hidden": [64], "optimizer.weight_decay": 1.23456e-4}
    assert params_of(ranked.iloc[0]) == best
    assert params_of(ranked.iloc[1]) == {}


def test_a_reader_sees_all_settings_of_a_trial(trials):
    ranked = rank(trials, 2.5)
    table = readable(ranked[ranked["method"] != "tpe"], REGRESSOR, TRAINING)
    assert table.to_dict("split")["data"] == [
        ["shipped", "", "2.5", "[3]", "0"],
        ["grid", "1", "2.5", "[8, 8]", "0"],
        ["grid", "0", "inf", "[64]", "0"],
    ]
    assert list(table) == ["method", "trial", "value", "hidden", "weight_decay"]
    (best,) = readable(ranked[:1], REGRESSOR, TRAINING).to_dict("split")["data"]
    assert best == ["tpe", "0", "2.123", "[64]", "0.000123"]


def test_the_verdict_tells_the_best_and_where_to_judge_it(trials):
    verdict = search_verdict(rank(trials, 2.5), "boston", "RMSE")
    assert "the best of 2 trials of a grid and 1 of TPE on boston is number 0 of TPE" in verdict
    assert "RMSE 2.123, against 2.5 of the shipped setting" in verdict
    assert verdict.endswith("kedro run --pipeline house_price --env searched_boston")


def test_the_verdict_admits_that_nothing_was_found(trials):
    verdict = search_verdict(rank(trials, 2.0), "boston", "RMSE")
    assert "none of 2 trials" in verdict
    assert "better than the shipped setting, RMSE 2." in verdict
