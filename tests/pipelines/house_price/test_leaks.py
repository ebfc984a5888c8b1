"""The held-out rows are changed; what is fitted to the others must not notice, to the bit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from dl_pipelines.data.folds import resample
from dl_pipelines.data.splits import Split
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.tabular import Baseline, Preparation, Resampling
from dl_pipelines.pipelines.house_price import nodes
from tests.pipelines.house_price.changes import (
    disturb,
    other_columns,
    other_numbers,
    other_prices,
)

HOLDOUT = Resampling(method="random", test_fraction=0.2, validation_fraction=0.25)
PROTOCOLS = {
    "kfold": Resampling(method="kfold", folds=3),
    "random_splits": Resampling(
        method="random", repeats=2, test_fraction=0.3, validation_fraction=0.2
    ),
    "holdout": HOLDOUT,
}
WHERE = {
    "compute": Compute(device="cpu", backend="sequential"),
    "checkpoints": Checkpoints(folder=None),
}
TRAINED = {"training": RegressorRecipe(epochs=2, batch_size=16), **WHERE}
NETWORKS = [
    Regressor.model_validate(settings)
    for settings in (
        {"name": "bins", "network": {"hidden": [4], "bins": 4, "keep_numbers": True}},
        {
            "name": "batchnorm",
            "network": {"hidden": [4], "batch_norm": True, "dropout": 0.1, "clip": 3.0},
            "scaling": "robust",
        },
        {"name": "tabm", "architecture": "tabm", "network": {"hidden": [4], "bins": 3, "heads": 2}},
    )
]
BASELINES = [
    Baseline(estimator="ridge"),
    Baseline(estimator="boosting", settings={"max_iter": 3}),
]
PREPARATIONS = {
    "boston": Preparation(),
    "limited boston": Preparation(train_up_to={"RM": 6.5}),
    "mixed": Preparation(log_price=True, min_frequency=6),
}
STACKED = ["boston"]


@pytest.fixture(params=PREPARATIONS)
def houses(request: pytest.FixtureRequest) -> tuple[pd.DataFrame, Preparation]:
    """A table, and what models are given of it."""
    table = request.getfixturevalue(request.param.rpartition(" ")[2])
    return table, PREPARATIONS[request.param]


@pytest.fixture(params=NETWORKS, ids=lambda model: model.name)
def regressor(request: pytest.FixtureRequest) -> Regressor:
    """A network; side by side with those of other splits where it can be."""
    stacked = request.node.callspec.params["houses"] in STACKED
    return request.param.model_copy(update={"stacked": stacked})


def splits(features: pd.DataFrame, protocol: Resampling) -> list[Split]:
    return resample(len(features), **protocol.model_dump(exclude={"seeds"}))


def assert_same_networks(one: Weights, other: Weights) -> None:
    """The same weights, scalings, bins and encoded columns."""
    assert one.state.keys() == other.state.keys()
    assert {**one.header, "example": []} == {**other.header, "example": []}
    for name, tensor in one.state.items():
        assert torch.equal(tensor, other.state[name]), name


def test_networks_of_the_holdout_do_not_know_what_they_predict(houses, regressor):
    features, preparation = houses
    (split,) = splits(features, HOLDOUT)

    def train(frame: pd.DataFrame) -> tuple[Weights, Weights, pd.DataFrame]:
        settings = {"preparation": preparation, "holdout": HOLDOUT, "regressor": regressor}
        return nodes.train_holdout(features=frame, **settings, **TRAINED)

    validated, final, history = train(features)

    tested, untested, disturbed = train(disturb(features, split.test))
    assert_same_networks(validated, tested)
    assert_same_networks(final, untested)
    same = ["train_loss", "valid_loss", "refit_train_loss"]
    pd.testing.assert_frame_equal(history[same], disturbed[same], check_exact=True)
    assert (history["test_loss"] != disturbed["test_loss"]).all()

    unvalidated, learnt, _ = train(disturb(features, np.append(split.valid, split.test)))
    assert_same_networks(validated, unvalidated)
    assert any(
        not torch.equal(tensor, learnt.state[name])
        for name, tensor in final.state.items()
        if learnt.state[name].shape == tensor.shape
    )


def assert_blind(
    predict: Callable[[pd.DataFrame], pd.DataFrame],
    features: pd.DataFrame,
    split: Split,
    change: Callable[[pd.DataFrame, np.ndarray], pd.DataFrame] = other_columns,
) -> None:
    """Test rows that keep their columns are predicted as before, whatever else is changed.

    All test rows get another price, and half of them other columns.
    """
    changed, kept = split.test[::2], split.test[1::2]
    calm = predict(features).set_index("row")
    disturbed = other_prices(change(features, changed), split.test)
    other = predict(disturbed).set_index("row")
    members = calm.columns.drop(["split", "part", "actual"])
    pd.testing.assert_frame_equal(
        calm.loc[kept, members], other.loc[kept, members], check_exact=True
    )
    assert (calm.loc[kept, "actual"] != other.loc[kept, "actual"]).all()
    assert (calm.loc[changed, "prediction"] != other.loc[changed, "prediction"]).any()


def rows_of_test(predictions: pd.DataFrame, number: int) -> pd.DataFrame:
    return predictions[(predictions["split"] == number) & (predictions["part"] == "test")]


@pytest.mark.parametrize(
    ("houses", "protocol", "change"),
    [
        ("boston", "kfold", other_columns),
        ("limited boston", "kfold", other_columns),
        ("mixed", "random_splits", other_numbers),
        ("mixed", "kfold", other_columns),
    ],
    indirect=["houses"],
)
def test_networks_of_a_split_do_not_know_its_test_rows(houses, regressor, protocol, change):
    features, preparation = houses

    def predict(frame: pd.DataFrame) -> pd.DataFrame:
        settings = {"preparation": preparation, "protocol": PROTOCOLS[protocol]}
        predictions = nodes.cross_predict(
            features=frame, regressor=regressor, **settings, **TRAINED
        )
        return rows_of_test(predictions, 1)

    assert_blind(predict, features, splits(features, PROTOCOLS[protocol])[1], change)


@pytest.mark.parametrize(
    ("houses", "protocol"),
    [("boston", "kfold"), ("mixed", "random_splits"), ("mixed", "holdout")],
    indirect=["houses"],
)
@pytest.mark.parametrize("baseline", BASELINES, ids=lambda model: model.estimator)
def test_baselines_of_a_split_do_not_know_its_test_rows(houses, baseline, protocol):
    features, preparation = houses
    number = 0 if protocol == "holdout" else 1

    def predict(frame: pd.DataFrame) -> pd.DataFrame:
        settings = {"preparation": preparation, "protocol": PROTOCOLS[protocol]}
        predictions = nodes.cross_predict_baseline(
            features=frame, baseline=baseline, compute=WHERE["compute"], **settings
        )
        return rows_of_test(predictions, number)

    assert_blind(predict, features, splits(features, PROTOCOLS[protocol])[number])


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda model: model.estimator)
def test_a_baseline_that_is_kept_does_not_know_the_test_rows(houses, baseline):
    features, preparation = houses
    (split,) = splits(features, HOLDOUT)

    def estimator(frame: pd.DataFrame) -> Any:
        return nodes.fit_baseline(frame, preparation, HOLDOUT, baseline).estimator

    columns = features.drop(columns="price")
    one, other = estimator(features), estimator(disturb(features, split.test))
    np.testing.assert_array_equal(one.predict(columns), other.predict(columns))
