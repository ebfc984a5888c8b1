"""Weights forecast only what they belong to."""

import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.features import daily_features
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute, Holdout, RegressionLoss
from dl_pipelines.pipelines.stock_lstm import nodes
from dl_pipelines.pipelines.stock_lstm.params import (
    Forecaster,
    Interval,
    Network,
    Training,
    WalkForward,
)
from tests.pipelines.stock_lstm.test_leaks import bars

__all__ = ["bars"]

RUN = {"compute": Compute(device="cpu", backend="sequential"), "checkpoints": Checkpoints()}
HOLDOUT = {"test_start": "2007-10-08", "end": "2008-12-31", "validation_fraction": 0.3}
SETTINGS = {
    "holdout": Holdout.model_validate(HOLDOUT),
    "forecaster": Forecaster(name="net", features=("high",), window=5, target="level"),
    "training": Training(epochs=1, batch_size=64, seeds=(0, 1)),
}


def forecast(features: pd.DataFrame, weights: dict[str, Weights], **settings) -> pd.DataFrame:
    return nodes.forecast_holdout(
        **weights,
        features=features,
        references=nodes.forecast_references(features, settings["holdout"]),
        interval=Interval(window=100),
        **settings,
    )


def walk(features: pd.DataFrame, weights: Weights, **settings) -> pd.DataFrame:
    return nodes.evaluate_walk_forward(
        weights=weights,
        features=features,
        references=nodes.forecast_references(features, settings["holdout"]),
        walk_forward=WalkForward(refit_every=400),
        **settings,
        **RUN,
    )[0]


@pytest.fixture(scope="module")
def features(bars) -> pd.DataFrame:
    return daily_features(bars)


@pytest.fixture(scope="module")
def weights(features) -> dict[str, Weights]:
    validated, final, _ = nodes.train_forecaster(features=features, **SETTINGS, **RUN)
    return {"validation_weights": validated, "weights": final}


def test_the_settings_that_they_were_trained_with_go_on(features, weights):
    renamed = SETTINGS["forecaster"].model_copy(update={"name": "other"})
    assert len(forecast(features, weights, **{**SETTINGS, "forecaster": renamed}))
    assert len(walk(features, weights["weights"], **{**SETTINGS, "forecaster": renamed}))


def test_days_after_those_that_were_learnt_do_not_matter(features, weights):
    later = features["date"] >= "2007-10-08"
    changed = features.assign(high=features["high"].mask(later, 2 * features["high"]))
    assert len(forecast(changed, weights, **SETTINGS))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("holdout", {"validation_fraction": 0.2}),
        ("holdout", {"start": pd.Timestamp("2006-06-01").date()}),
        ("forecaster", {"window": 6}),
        ("forecaster", {"network": Network(hidden=16)}),
        ("training", {"epochs": 2}),
        ("training", {"loss": RegressionLoss(name="huber")}),
        ("training", {"seeds": (1, 0)}),
    ],
)
def test_weights_of_other_settings_forecast_nothing(features, weights, name, change):
    changed = SETTINGS | {name: SETTINGS[name].model_copy(update=change)}
    told = (
        "weights of 'net' were trained with other settings or on other days than those of this "
        "run: run its node train_forecaster first"
    )
    with pytest.raises(SettingError, match=told):
        forecast(features, weights, **changed)
    if "validation_fraction" not in change:  # the last weights learn from those days too
        with pytest.raises(SettingError, match=told):
            walk(features, weights["weights"], **changed)


def test_weights_of_other_days_forecast_nothing(features, weights):
    changed = features.assign(high=1.001 * features["high"])
    with pytest.raises(SettingError, match="or on other days"):
        forecast(changed, weights, **SETTINGS)


def test_weights_that_do_not_say_what_they_belong_to_are_refused(features, weights):
    header = {"seeds": weights["weights"].header["seeds"]}
    nameless = {name: Weights(each.state, header) for name, each in weights.items()}
    with pytest.raises(SettingError, match="or on other days"):
        forecast(features, nameless, **SETTINGS)
