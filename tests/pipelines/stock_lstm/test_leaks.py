"""The future is changed; the training side must not notice."""

import numpy as np
import pandas as pd
import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.features import daily_features
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.params import Checkpoints, Compute, Holdout
from dl_pipelines.pipelines.stock_lstm import nodes
from dl_pipelines.pipelines.stock_lstm.params import Forecaster, Interval, Training, WalkForward
from tests.real_project import ROOT

HOLDOUT = Holdout.model_validate({"test_start": "2008-01-02", "end": "2008-12-31"})
SETTINGS = {
    "training": Training(epochs=1, batch_size=64, seeds=(0,)),
    "compute": Compute(device="cpu", backend="sequential"),
    "checkpoints": Checkpoints(folder=None),
}
FORECASTERS = [
    Forecaster(
        name="lstm",
        features=("return_1", "range_22"),
        window=5,
        target="range_scaled",
        network={"hidden": 3, "skip_days": 2},
    ),
    Forecaster(name="textbook", features=("high",), window=5, target="level"),
]


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    text = pd.read_csv(ROOT / "data/01_raw/csi300_daily.csv", dtype=str, encoding="utf-8-sig")
    bars = parse_daily_bars(text)
    return bars[bars["date"] < "2009-01-01"]


@pytest.fixture(scope="module")
def disturbed(bars) -> pd.DataFrame:
    """The same bars, and another market from the first day of the test on."""
    later = bars["date"] >= "2008-01-02"
    other = bars.copy()
    columns = ["open", "high", "low", "close", "volume"]
    other.loc[later, columns] *= np.linspace(2.0, 5.0, later.sum())[:, None]
    return other


@pytest.mark.parametrize("forecaster", FORECASTERS, ids=lambda forecaster: forecaster.name)
def test_weights_and_scalers_do_not_know_the_test(bars, disturbed, forecaster):
    *weights, history = nodes.train_forecaster(
        features=daily_features(bars), holdout=HOLDOUT, forecaster=forecaster, **SETTINGS
    )
    *others, other_history = nodes.train_forecaster(
        features=daily_features(disturbed), holdout=HOLDOUT, forecaster=forecaster, **SETTINGS
    )
    for one, other in zip(weights, others, strict=True):
        assert one.state.keys() == other.state.keys()
        for name, tensor in one.state.items():
            assert torch.equal(tensor, other.state[name]), name
    pd.testing.assert_frame_equal(history, other_history)


@pytest.mark.parametrize("forecaster", FORECASTERS, ids=lambda forecaster: forecaster.name)
def test_a_walk_forward_block_does_not_know_what_comes_after_it(bars, disturbed, forecaster):
    def walk(frame: pd.DataFrame) -> pd.DataFrame:
        features = daily_features(frame)
        _, weights, _ = nodes.train_forecaster(
            features=features, holdout=holdout, forecaster=forecaster, **SETTINGS
        )
        forecasts, _ = nodes.evaluate_walk_forward(
            weights=weights,
            features=features,
            references=nodes.forecast_references(features, holdout),
            walk_forward=WalkForward(refit_every=60),
            holdout=holdout,
            forecaster=forecaster,
            **SETTINGS,
        )
        return forecasts.set_index("date")

    holdout = HOLDOUT.model_copy(update={"test_start": pd.Timestamp("2007-10-08").date()})
    calm, other = walk(bars), walk(disturbed)
    # The forecast of the first disturbed day is made at the close of the day before.
    before = calm.index <= "2008-01-02"
    assert before.sum() > 60
    columns = ["forecast", "persistence", "close_naive", "har_ridge"]
    pd.testing.assert_frame_equal(calm.loc[before, columns], other.loc[before, columns])
    assert not np.allclose(calm.loc[~before, "forecast"], other.loc[~before, "forecast"])


def test_an_interval_does_not_know_its_own_day_or_later_ones(bars, disturbed):
    def forecasts(frame: pd.DataFrame) -> pd.DataFrame:
        features = daily_features(frame)
        validation_weights, weights, _ = nodes.train_forecaster(
            features=features, holdout=holdout, forecaster=FORECASTERS[0], **SETTINGS
        )
        return nodes.forecast_holdout(
            validation_weights=validation_weights,
            weights=weights,
            features=features,
            references=nodes.forecast_references(features, holdout),
            holdout=holdout,
            forecaster=FORECASTERS[0],
            training=SETTINGS["training"],
            interval=Interval(window=100),
        ).set_index("date")

    holdout = Holdout.model_validate({"test_start": "2007-10-08", "validation_fraction": 0.3})
    calm, other = forecasts(bars), forecasts(disturbed)
    before = calm.index <= "2008-01-02"
    columns = ["forecast", "lower", "upper"]
    pd.testing.assert_frame_equal(calm.loc[before, columns], other.loc[before, columns])


def test_the_first_block_is_forecast_as_by_weights_trained_for_it(bars):
    features = daily_features(bars)
    arguments = {"features": features, "holdout": HOLDOUT, "forecaster": FORECASTERS[0], **SETTINGS}
    _, weights, _ = nodes.train_forecaster(**arguments)
    references = nodes.forecast_references(features, HOLDOUT)

    def walk(walk_forward: WalkForward) -> pd.Series:
        forecasts, _ = nodes.evaluate_walk_forward(
            weights=weights, references=references, walk_forward=walk_forward, **arguments
        )
        return forecasts.set_index("date")["forecast"]

    # Blocks of 60 days: the second one is the first block of a test that starts 60 days later.
    whole = walk(WalkForward(refit_every=60))
    later = HOLDOUT.model_copy(update={"test_start": whole.index[60].date()})
    arguments["holdout"] = later
    _, weights, _ = nodes.train_forecaster(**arguments)
    pd.testing.assert_series_equal(walk(WalkForward(refit_every=60)), whole[60:])


def test_a_walk_with_a_seed_that_was_not_trained_is_refused(bars):
    features = daily_features(bars)
    arguments = {"features": features, "holdout": HOLDOUT, "forecaster": FORECASTERS[0], **SETTINGS}
    _, weights, _ = nodes.train_forecaster(**arguments)
    with pytest.raises(SettingError, match=r"'walk_forward\.seeds' has 7, which is not one of"):
        nodes.evaluate_walk_forward(
            weights=weights,
            references=nodes.forecast_references(features, HOLDOUT),
            walk_forward=WalkForward(seeds=(7,)),
            **arguments,
        )
