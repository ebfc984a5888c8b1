from types import SimpleNamespace

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from dl_pipelines.tracking.store import open_store
from tests.toy_project import ToyProject


@pytest.fixture(scope="session")
def store(tmp_path_factory) -> str:
    """The URI of a database, made once: that takes seconds."""
    uri = f"sqlite:///{(tmp_path_factory.mktemp('store') / 'mlflow.db').as_posix()}"
    open_store(uri)
    return uri


@pytest.fixture
def client(store) -> MlflowClient:
    return open_store(store)


@pytest.fixture
def project(tmp_path, monkeypatch, store) -> ToyProject:
    """A project that is tracked in the store, in an experiment of its own."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    project = ToyProject(tmp_path, monkeypatch.setattr)
    project.tracking = {"experiment": tmp_path.name}
    project.configure(parameters={"tracking": project.tracking})
    return project


@pytest.fixture
def tracked(project, client):
    """Runs of the project's experiment, newest first, with `name` and `parent` at hand."""

    def search() -> list[SimpleNamespace]:
        experiment = client.get_experiment_by_name(project.tracking["experiment"])
        found: list[Run] = client.search_runs([experiment.experiment_id]) if experiment else []
        names = {run.info.run_id: run.info.run_name for run in found}
        return [
            SimpleNamespace(
                id=run.info.run_id,
                name=run.info.run_name,
                parent=names.get(run.data.tags.get("mlflow.parentRunId")),
                status=run.info.status,
                tags=run.data.tags,
                params=run.data.params,
                metrics=run.data.metrics,
                inputs=run.inputs.dataset_inputs,
            )
            for run in found
        ]

    return search
