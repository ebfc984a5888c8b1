"""A second run of `stock_lstm` trains nothing; a changed setting runs what depends on it."""

import json
import shutil

import pytest
from mlflow import MlflowClient

from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines.stock_lstm import create_pipeline
from dl_pipelines.selection import chosen_nodes
from dl_pipelines.tracking.champion import ChampionDataset
from dl_pipelines.tracking.reused import TAG
from dl_pipelines.tracking.store import open_store
from tests.real_project import QUICK, RealProject
from tests.tracking.logged_models import models_logged_here

ALWAYS = {"stock_lstm.register"}  # it asks MLflow for the champion


@pytest.fixture(scope="module")
def again(finished, tmp_path_factory) -> RealProject:
    """A copy of a project in which `stock_lstm` has run, and runs once more."""
    root = tmp_path_factory.mktemp("again") / "project"
    shutil.copytree(finished.root, root, symlinks=True)
    project = RealProject.__new__(RealProject)
    project.root = root
    project.run(QUICK)
    return project


def nodes() -> set[str]:
    return {*chosen_nodes(create_pipeline().nodes, {})}


def newest(project):
    client: MlflowClient = open_store(f"sqlite:///{(project.root / 'mlflow.db').as_posix()}")
    experiment = client.get_experiment_by_name("stock_lstm")
    runs = client.search_runs([experiment.experiment_id], order_by=["start_time DESC"])
    return next(run for run in runs if "mlflow.parentRunId" not in run.data.tags)


def reused(project) -> set[str]:
    made = json.loads(newest(project).data.tags[TAG])
    return {node for nodes in made.values() for node in nodes}


def test_a_second_run_trains_nothing_and_shows_the_same(again, finished):
    assert reused(again) == nodes() - ALWAYS
    assert newest(again).data.metrics == newest(finished).data.metrics
    assert newest(again).data.params == newest(finished).data.params
    for name in ("metrics.json", "verdict.txt", "comparison.csv"):
        assert (again.reports / name).read_bytes() == (finished.reports / name).read_bytes()


def store_of(project) -> MlflowClient:
    return open_store(f"sqlite:///{(project.root / 'mlflow.db').as_posix()}")


def aliases(project) -> dict[str, str]:
    found = store_of(project).get_registered_model("stock_lstm").aliases
    return {alias: str(version) for alias, version in found.items()}


def promoted(project) -> RealProject:
    """The project after one more run of all nodes, with `promote: always`."""
    always = {**QUICK["stock_lstm"], "registry": {"promote": "always"}}
    with models_logged_here():
        project.run({**QUICK, "stock_lstm": always})
    return project


def champion(project) -> Weights:
    return ChampionDataset(project.root.as_posix(), model="stock_lstm").load()


def test_what_is_registered_needs_no_node_to_run(again, finished):
    """The run that registers logs the forecaster from its file, for `pack_forecaster` is reused."""
    client = store_of(again)
    own = champion(finished)
    client.delete_registered_model("stock_lstm")
    with models_logged_here():
        again.run(QUICK)
    assert reused(again) == nodes() - ALWAYS
    assert aliases(again) == {"champion": "1"}
    version = client.get_model_version("stock_lstm", "1")
    assert version.tags["kedro.run"] == newest(again).info.run_id
    assert (
        client.get_run(version.run_id).data.tags["mlflow.parentRunId"] == version.tags["kedro.run"]
    )
    assert champion(again).header["calibration"] == own.header["calibration"]

    shutil.rmtree(client.get_model_version_download_uri("stock_lstm", "1").removeprefix("file://"))
    assert aliases(promoted(again)) == {"champion": "2"}
    assert champion(again).header["model_version"] == 2

    client.set_registered_model_alias("stock_lstm", "challenger", "2")
    client.set_registered_model_alias("stock_lstm", "champion", "1")
    assert aliases(promoted(again)) == {"champion": "2"}  # whose files are there
    assert reused(again) == nodes() - ALWAYS
    told = json.loads((again.reports / "registration.json").read_text())
    assert (told["alias"], told["sentence"]) == (
        "champion",
        f"lstm is judged champion: {told['reason']}.",
    )
    assert newest(again).data.tags["registered.reason"] == told["reason"]
    assert newest(again).data.tags["registered.version"] == "2"


@pytest.mark.slow
def test_a_setting_runs_exactly_its_dependants(again):
    pipeline = create_pipeline().filter(node_names=nodes())
    dependants = {node.name for node in pipeline.from_inputs("params:stock_lstm.interval").nodes}
    assert "stock_lstm.compare" in dependants
    assert "stock_lstm.lstm.train_forecaster" not in dependants
    changed = {**QUICK["stock_lstm"], "interval": {"coverage": 0.8}}
    again.run({**QUICK, "stock_lstm": changed})
    # What this figure shows, the table of scores, holds no interval: it is made anew, and the same.
    assert reused(again) == (nodes() - ALWAYS - dependants) | {"stock_lstm.draw_report_figures"}
