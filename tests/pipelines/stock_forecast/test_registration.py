"""`stock_lstm` registers what it has trained: real runs, a real registry."""

import json
from typing import Any

import pandas as pd
import pytest
from mlflow import MlflowClient

from dl_pipelines.frames.features import daily_features
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Holdout
from dl_pipelines.pipelines.stock_lstm.params import Registry
from dl_pipelines.pipelines.stock_lstm.registration import candidate_of
from dl_pipelines.pipelines.stock_lstm.registry_nodes import registration_of
from tests.pipelines.stock_forecast.conftest import AS_OF, forecast, train
from tests.pipelines.stock_lstm.test_leaks import bars
from tests.real_project import RealProject

__all__ = ["bars"]

HOLDOUT = Holdout.model_validate({"test_start": "2008-01-02", "end": "2008-12-31"})


def registry(project: RealProject) -> tuple[MlflowClient, dict[str, str]]:
    client = MlflowClient(f"sqlite:///{project.root / 'mlflow.db'}")
    aliases = client.get_registered_model("stock_lstm").aliases
    return client, {alias: str(version) for alias, version in aliases.items()}


def registration(project: RealProject) -> dict[str, Any]:
    return json.loads((project.reports / "registration.json").read_text())


def test_the_first_is_champion_and_the_run_says_so(champion):
    client, aliases = registry(champion)
    assert aliases == {"champion": "1"}
    version = client.get_model_version("stock_lstm", "1")
    told = registration(champion)
    assert (told["alias"], told["reason"]) == ("champion", "there is no champion yet")
    assert version.tags["digest"] == told["digest"]
    assert version.tags["ts_code"] == told["ts_code"] == "000300.SH"
    assert float(version.tags["validation_rmse"]) == pytest.approx(told["validation_rmse"])
    run = client.get_run(version.tags["kedro.run"])
    assert run.data.tags["registered.alias"] == "champion"
    assert run.data.tags["registered.reason"] == version.tags["reason"]
    assert client.get_run(version.run_id).data.tags["mlflow.parentRunId"] == run.info.run_id


@pytest.mark.slow
def test_aliases_move_only_to_what_is_better_on_the_same_days(copied):
    first = registration(copied)
    train(copied, epochs=1)
    worse = registration(copied)
    assert worse["digest"] == first["digest"]
    assert worse["validation_rmse"] > first["validation_rmse"]
    assert registry(copied)[1] == {"champion": "1", "challenger": "2"}
    train(copied, epochs=5)
    better = registration(copied)
    assert better["validation_rmse"] < first["validation_rmse"]
    assert registry(copied)[1] == {"champion": "3", "challenger": "2"}


@pytest.mark.slow
def test_always_brings_another_interval_though_the_weights_are_the_champions(copied):
    train(copied, interval={"coverage": 0.8}, registry={"promote": "always"})
    assert registry(copied)[1] == {"champion": "2"}
    row = forecast(copied, **AS_OF, tracking={"enabled": False})
    assert row["model_version"].tolist() == [2] and "lower_80" in row


@pytest.fixture(scope="module")
def features(bars) -> pd.DataFrame:
    return daily_features(bars)


@pytest.fixture(scope="module")
def forecasts(features) -> pd.DataFrame:
    known = features[features["target_date"] >= "2007-10-01"]
    frame = pd.DataFrame({"date": known["target_date"], "actual": known["high_next"]})
    return frame.assign(forecast=frame["actual"] + 3.0).dropna()


WEIGHTS = Weights({}, {"name": "lstm", "window": 5, "calibration": {"quantile": 1.0}})


def candidate(features: pd.DataFrame, forecasts: pd.DataFrame, **holdout: Any) -> dict[str, Any]:
    return candidate_of(WEIGHTS, forecasts, features, HOLDOUT.model_copy(update=holdout))


def test_the_digest_knows_what_the_score_depends_on_and_nothing_later(features, forecasts):
    now = candidate(features, forecasts)
    assert now["validation_rmse"] == pytest.approx(3.0)
    assert now["validation_days"] == (forecasts["date"] < "2008-01-02").sum()
    later = features["target_date"] >= "2008-01-02"
    other = features.assign(range_5=features["range_5"].mask(later, 9.0))
    assert candidate(other.iloc[:-20], forecasts.iloc[:-20]) == now
    earlier = features.assign(range_5=features["range_5"].where(features.index != 5, 9.0))
    assert candidate(earlier, forecasts)["digest"] != now["digest"]
    fewer = forecasts.iloc[1:]  # another share of days validates
    assert candidate(features, fewer)["digest"] != now["digest"]


def test_another_name_is_the_same_forecaster_another_calibration_is_not(features, forecasts):
    now = candidate(features, forecasts)["identity"]

    def identity(**header: Any) -> str:
        weights = Weights(WEIGHTS.state, WEIGHTS.header | header)
        return candidate_of(weights, forecasts, features, HOLDOUT)["identity"]

    assert identity(name="other") == now
    assert identity(calibration={"quantile": 2.0}) != now
    assert identity(validation={"half_width": 2.0}) != now
    assert identity(window=6) != now


def test_an_untracked_run_registers_nothing_and_says_so(features, forecasts):
    told = registration_of(
        candidate(features, forecasts), {"tracked": False}, Registry(), variant="lstm"
    )
    assert told["alias"] is None
    assert told["sentence"] == "lstm is not registered: the run is not tracked."
