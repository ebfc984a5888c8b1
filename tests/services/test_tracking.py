"""Whole runs into a team's server: by users who are no administrators."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.real_project import QUICK, RealProject
from tests.services.conftest import ANN, BOB, PASSWORD, is_parent, runs_of

pytestmark = [pytest.mark.slow, pytest.mark.services]

AS_OF = "stock_forecast.as_of=2025-12-31"


def project_of(folder: Path) -> RealProject:
    """A project with the settings of a run of seconds."""
    project = RealProject(folder, "stock")
    (folder / "conf/local/parameters.yml").write_text(yaml.safe_dump(QUICK))
    return project


def run(project: RealProject, *arguments: str) -> str:
    """`kedro run`; what it printed."""
    started = project.start(*arguments)
    printed = started.communicate(timeout=500)[0]
    assert started.returncode == 0, printed
    return printed


@pytest.fixture(scope="module")
def of_ann(team, tmp_path_factory) -> RealProject:
    """A project in which Ann has run `stock_lstm`, the first one on the server."""
    project = project_of(tmp_path_factory.mktemp("ann"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in team.client(ANN, PASSWORD).items():
            patch.setenv(name, value)
        run(project, "--pipeline", "stock_lstm")
    return project


def test_params_metrics_and_figures_are_on_the_server(of_ann, as_user):
    client = as_user(BOB)
    runs = runs_of(client, "stock_lstm")
    [parent] = [each for each in runs if is_parent(each)]
    assert {each.info.status for each in runs} == {"FINISHED"}
    own = json.loads((of_ann.reports / "metrics.json").read_text())
    nested = [
        each for each in runs if each.data.tags.get("mlflow.parentRunId") == parent.info.run_id
    ]
    tracked = parent.data.metrics | {
        f"{each.info.run_name}.{name}": value
        for each in nested
        for name, value in each.data.metrics.items()
    }
    assert own.items() <= tracked.items()
    assert float(parent.data.params["lstm.training.epochs"]) == 2
    files = {file.path for file in client.list_artifacts(parent.info.run_id, "figures")}
    assert files
    for file in files:
        local = client.download_artifacts(parent.info.run_id, file)
        assert Path(local).read_bytes() in [
            each.read_bytes() for each in of_ann.reports.rglob("*.png")
        ]


def test_the_model_is_in_the_store_of_files_and_its_champion_is_registered(team, of_ann, as_user):
    client = as_user(BOB)
    champion = client.get_model_version_by_alias("stock_lstm", "champion")
    [model] = client.get_run(champion.run_id).outputs.model_outputs
    place = client.get_logged_model(model.model_id).artifact_location
    assert place.startswith("mlflow-artifacts:/")
    weights = "artifacts/lstm_forecaster.safetensors"
    key = f"{place.removeprefix('mlflow-artifacts:/')}/{weights}"
    [local] = of_ann.root.rglob("data/06_models/**/lstm_forecaster.safetensors")
    assert team.file(key) == local.read_bytes()


def test_another_user_forecasts_with_that_champion_and_reads_two_files(
    team, of_ann, as_user, tmp_path
):
    as_user(BOB)
    project = project_of(tmp_path)
    said = team.log.stat().st_size
    run(project, "--pipeline", "stock_forecast", "--params", AS_OF)
    report = project.root / "data/08_reporting/stock_forecast/forecast.csv"
    assert pd.read_csv(report)["model_version"].tolist() == [1]
    with team.log.open() as log:
        log.seek(said)
        asked = [line for line in log if "GET /api/2.0/mlflow-artifacts/" in line]
    assert not any("presigned" in line for line in asked)  # it would name a store nobody reaches
    model = [line for line in asked if "mlflow-artifacts/artifacts/" in line and "/models/" in line]
    assert len(model) == 2, model


def test_a_local_run_is_moved_by_running_again_and_makes_the_next_version(
    of_ann, as_user, tmp_path
):
    project = project_of(tmp_path)
    always = ("--params", "stock_lstm.registry.promote=always,stock_lstm.lstm.training.epochs=1")
    run(project, "--pipeline", "stock_lstm", *always)
    assert (project.root / "mlflow.db").is_file()
    trained = {file: file.stat().st_mtime_ns for file in project.root.rglob("*.safetensors")}
    client = as_user(BOB)
    printed = run(project, "--pipeline", "stock_lstm", *always)
    assert trained
    assert {file: file.stat().st_mtime_ns for file in trained} == trained, printed
    runs = runs_of(client, "stock_lstm")
    parents = sorted(filter(is_parent, runs), key=lambda each: each.info.start_time)
    assert len(parents) == 2
    below = [
        sorted(
            each.info.run_name
            for each in runs
            if each.data.tags.get("mlflow.parentRunId") == parent.info.run_id
        )
        for parent in parents
    ]
    assert below[0] == below[1]
    assert parents[0].data.metrics.keys() == parents[1].data.metrics.keys()
    versions = {int(v.version): v for v in client.search_model_versions("name = 'stock_lstm'")}
    assert sorted(versions) == [1, 2]
    assert versions[1].run_id != versions[2].run_id
    champion = client.get_model_version_by_alias("stock_lstm", "champion")
    assert int(champion.version) == 2
