"""What MLflow shows of a run: a run for each model, and the models themselves."""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
import torch
from mlflow import MlflowClient
from mlflow.entities import Run

from dl_pipelines.io.safetensors import SafetensorsDataset
from dl_pipelines.io.skops import SkopsDataset
from dl_pipelines.models import build_forecaster
from dl_pipelines.pipelines.house_price.comparison import AVERAGE, BASELINES, NETWORKS
from tests.pipelines.house_price.conftest import MODELS
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing


@pytest.fixture(scope="module")
def runs(finished_house_price: RealProject) -> dict[str, Run]:
    """The parent run, under "", and the runs of the models."""
    client = MlflowClient(f"sqlite:///{finished_house_price.root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("house_price")
    found = client.search_runs([experiment.experiment_id])
    (top,) = [run for run in found if "mlflow.parentRunId" not in run.data.tags]
    below = [run for run in found if run.data.tags.get("mlflow.parentRunId") == top.info.run_id]
    assert {run.info.status for run in found} == {"FINISHED"}
    return {"": top} | {run.info.run_name: run for run in below}


def test_mlflow_shows_a_run_with_a_run_for_each_model(runs, metrics, finished_house_price):
    assert set(runs) == {"", *MODELS}
    top = runs[""].data
    assert top.tags["best"].removesuffix(".ensemble") in (*NETWORKS, AVERAGE)
    assert top.tags["dataset"] == "boston"
    assert top.tags["splits"] == "2 random 90/10 splits"
    assert top.tags["data.source"] == "mlxtend, boston_housing.csv"
    assert pointed_at_nothing(finished_house_price.root, "house_price") == set()
    assert top.metrics["best.rmse_mean"] == pytest.approx(metrics["best.rmse_mean"])
    for name in MODELS:
        assert runs[name].data.metrics["random_splits.rmse_mean"] == pytest.approx(
            metrics[f"{name}.rmse_mean"]
        )
    assert runs["tabm"].data.params["regressor.network.heads"] == "2"
    assert runs["boosting"].data.params["baseline.settings.max_iter"] == "5"


@pytest.fixture
def served(finished_house_price, runs, monkeypatch):
    """The model of a run, as MLflow loads it."""

    def load(name: str) -> mlflow.pyfunc.PyFuncModel:
        # As in a process of the user's own; MLflow asks the same of skops files.
        monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "true")
        client = MlflowClient(f"sqlite:///{finished_house_price.root / 'mlflow.db'}")
        (output,) = runs[name].outputs.model_outputs
        return mlflow.pyfunc.load_model(client.get_logged_model(output.model_id).artifact_location)

    return load


def models(project: RealProject) -> Path:
    return project.root / "data/06_models/house_price/boston"


def saved(project: RealProject, name: str) -> tuple[dict[str, Any], torch.nn.Module]:
    """The header and the network of a file of weights."""
    weights = SafetensorsDataset(str(models(project) / f"{name}.safetensors")).load()
    return weights.header, build_forecaster(weights.header, weights.members().values())


def test_every_model_is_logged(runs):
    with_model = {name for name, run in runs.items() if run.outputs and run.outputs.model_outputs}
    assert with_model == {*NETWORKS, *BASELINES}


@pytest.mark.parametrize("name", ["batchnorm", "tabm"])
def test_a_logged_network_predicts_as_the_one_that_was_saved(finished_house_price, served, name):
    header, network = saved(finished_house_price, name)
    model = served(name)
    example = np.array(header["example"], np.float32)
    assert model.metadata.signature.inputs.inputs[0].shape == (-1, len(header["features"]))
    expected = network(torch.from_numpy(example)).detach().numpy()
    np.testing.assert_allclose(model.predict(example), expected, rtol=1e-5)


def test_a_saved_network_predicts_the_rows_of_the_test(finished_house_price, predictions):
    header, network = saved(finished_house_price, "plain")
    frame = predictions["plain_holdout"]
    first = frame.loc[frame["part"] == "test", "prediction"].iloc[:2]
    example = torch.tensor(header["example"], dtype=torch.float32)
    np.testing.assert_allclose(network(example).detach()[:, 0], first, rtol=1e-5)


def test_a_network_and_the_logged_encoder_give_the_judged_prices(
    finished_house_price, runs, predictions
):
    client = MlflowClient(f"sqlite:///{finished_house_price.root / 'mlflow.db'}")
    file = Path(client.download_artifacts(runs[""].info.run_id, "encoder.skops"))
    fitted = SkopsDataset(str(file)).load()
    header, network = saved(finished_house_price, "tabm")
    assert list(fitted.example) == header["features"]  # Boston's columns are numbers
    rows = torch.tensor(fitted.estimator.transform(fitted.example), dtype=torch.float32)
    frame = predictions["tabm_holdout"]
    first = frame.loc[frame["part"] == "test", "prediction"].iloc[:2]
    np.testing.assert_allclose(network(rows).detach()[:, 0], first, rtol=1e-5)


@pytest.mark.parametrize("name", BASELINES)
def test_a_logged_baseline_predicts_the_rows_of_the_test(
    finished_house_price, served, predictions, name
):
    fitted = SkopsDataset(str(models(finished_house_price) / f"{name}.skops")).load()
    frame = predictions[f"{name}_holdout"]
    first = frame.loc[frame["part"] == "test", "prediction"].iloc[:2]
    np.testing.assert_allclose(fitted.estimator.predict(fitted.example), first)
    np.testing.assert_allclose(served(name).predict(fitted.example), first)
