import time
from contextlib import nullcontext
from multiprocessing.pool import ThreadPool
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import click
import mlflow
import numpy as np
import pandas as pd
import pytest
import requests
import torch
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from dl_pipelines.errors import TrackingError
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.io.skops import Fitted
from dl_pipelines.models import build_forecaster, build_network
from dl_pipelines.models.scaling import Scaled
from dl_pipelines.tracking import models, outbox
from dl_pipelines.tracking.forms import served_network
from tests.tracking.logged_models import models_logged_here

LSTM = {
    "architecture": "lstm",
    "network": {"hidden": 2, "skip_days": 1},
    "window": 3,
    "features": ["return_1", "high_close"],
}
MLP = {
    "architecture": "mlp",
    "network": {"hidden": [4], "numeric": 2},
    "features": ["rooms", "age", "river"],
    "example": [[6.5, 65.2, 0.0], [7.1, 78.9, 1.0]],
}


def weights(header: dict[str, Any]) -> Weights:
    """Two networks of fresh weights."""
    members = {}
    for seed in (0, 1):
        torch.manual_seed(seed)
        features = len(header["features"])
        network = build_network(header["architecture"], header["network"], features=features)
        members[f"seed_{seed}"] = Scaled(network, features=features, outputs=1).state_dict()
    return Weights.of_members(members, header)


def fitted() -> Fitted:
    """Boosted trees on a number, which may be missing, and a category."""
    rows = pd.DataFrame(
        {"area": [50.0, np.nan, 120.0, 80.0] * 10, "zone": ["A", "B", "B", "C"] * 10}
    )
    encoder = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["zone"]),
        remainder="passthrough",
    )
    estimator = make_pipeline(encoder, HistGradientBoostingRegressor(max_iter=3))
    return Fitted(estimator.fit(rows, np.arange(40.0)), rows.head(2))


@pytest.fixture
def served(save_all, tracked, client, monkeypatch):
    """Models as MLflow loads them, by the variant that they were saved for."""

    def serve(datasets: dict[str, Any]) -> dict[str, mlflow.pyfunc.PyFuncModel]:
        with models_logged_here():  # the process of their own: a whole run, marked slow
            save_all(datasets)
        # As in a process of the user's own; MLflow asks the same of skops files.
        monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "true")
        models = {}
        for run in (run for run in tracked() if run.parent):
            (output,) = client.get_run(run.id).outputs.model_outputs
            logged = client.get_logged_model(output.model_id)
            assert logged.experiment_id == client.get_run(run.id).info.experiment_id
            models[run.name] = mlflow.pyfunc.load_model(logged.artifact_location)
        return models

    return serve


def test_models_are_served_without_our_code(served, project, capfd):
    network, trees = weights(LSTM), fitted()
    models = served({"stock_lstm.lstm.weights": network, "stock_lstm.trees.estimator": trees})
    model = models["lstm"]
    assert model.metadata.signature.inputs.inputs[0].shape == (-1, 3, 2)
    assert model.metadata.metadata["features"] == LSTM["features"]
    assert model.metadata.flavors["pytorch"].get("code") is None
    x = np.random.default_rng(0).normal(size=(5, 3, 2)).astype(np.float32)
    built = build_forecaster(network.header, network.members().values())
    expected = built(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(model.predict(x), expected, rtol=1e-5)
    flavor = models["trees"].metadata.flavors["sklearn"]
    assert (flavor["serialization_format"], flavor.get("code")) == ("skops", None)
    assert models["trees"].metadata.get_input_schema().input_names() == ["area", "zone"]
    new = pd.DataFrame({"area": [np.nan, 75.0, 60.0], "zone": ["B", "unseen", "A"]})
    np.testing.assert_array_equal(models["trees"].predict(new), trees.estimator.predict(new))
    assert not list((project.root / "mlartifacts").rglob("*.pkl"))
    assert "Failed to validate" not in "".join(capfd.readouterr())  # MLflow's check of the example


@pytest.mark.parametrize(
    ("header", "example"), [(LSTM, np.zeros((2, 3, 2))), (MLP, np.array(MLP["example"]))]
)
def test_the_example_is_of_the_headers_rows_or_else_zeros(tmp_path, header, example):
    SafetensorsDataset(str(tmp_path / "weights")).save(weights(header))
    served = served_network(tmp_path / "weights")
    np.testing.assert_array_equal(served["input_example"], example.astype(np.float32))
    assert "example" not in served["metadata"]


def test_a_model_that_cannot_be_built_fails_the_run(save, tracked):
    with pytest.raises(click.ClickException, match="a model could not be logged"):
        save("stock_lstm.lstm.weights", Weights({"seed_0.x": torch.zeros(1)}, {}))
    assert {run.status for run in tracked()} == {"FAILED"}


def test_a_model_waits_in_the_middle_of_a_run_for_a_server_however_long_it_is_away(monkeypatch):
    """Only `wait`, at the end of the run, is limited by the patience."""
    away = iter([True] * 5)

    def log(**_: Any) -> None:
        if next(away, False):
            raise requests.ConnectionError("refused")

    ticks = iter(range(0, 1000, 10))  # seconds from one look at the clock to the next
    clock = SimpleNamespace(monotonic=lambda: next(ticks), sleep=lambda _: None)
    monkeypatch.setattr(outbox, "time", clock)
    monkeypatch.setattr(models, "transfer", nullcontext)
    for name in ("mlflow.set_tracking_uri", "mlflow.set_experiment"):
        monkeypatch.setattr(name, mock.Mock())
    monkeypatch.setattr("mlflow.models.Model.log", log)
    queue = models.ModelQueue(patience=3.0)
    queue._pool = ThreadPool(1)
    queue.submit(lambda _: {}, Path("x"), uri="http://tracker:5000", experiment_id="1", run_id="r")
    queue.wait()
    assert not next(away, False)


def test_a_model_that_is_never_logged_is_one_sentence(monkeypatch):
    monkeypatch.setattr(models, "_MODEL_SECONDS", 0.05)
    monkeypatch.setattr(models, "_log", lambda *_, **__: time.sleep(0.5))
    queue = models.ModelQueue()
    queue._pool = ThreadPool(1)
    queue.submit(lambda _: {}, Path("x"), uri="sqlite://", experiment_id="1", run_id="r")
    with pytest.raises(TrackingError, match=r"not logged within 0\.05 seconds: its file is in"):
        queue.wait()
