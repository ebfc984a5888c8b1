import shutil
from types import SimpleNamespace
from typing import Any

import pytest
from kedro.pipeline import Node
from mlflow import MlflowClient
from mlflow.entities import Run

from dl_pipelines.tracking.store import open_store
from tests.toy_project import ToyProject

CATALOG = {
    "{pipeline}.{variant}.history": {"type": "pandas.ParquetDataset", "kind": "history"},
    "{pipeline}.{variant}.figures": {"type": "matplotlib.MatplotlibDataset", "kind": "figures"},
    "{pipeline}.{variant}.data_figures": {
        "type": "matplotlib.MatplotlibDataset",
        "kind": "figures",
    },
    "{pipeline}.{variant}.weights": {
        "type": "dl_pipelines.io.safetensors.SafetensorsDataset",
        "kind": "model",
    },
    "{pipeline}.{variant}.estimator": {
        "type": "dl_pipelines.io.skops.SkopsDataset",
        "kind": "estimator",
    },
    "{pipeline}.animation": {
        "type": "dl_pipelines.io.atomic.AtomicDataset",
        "kind": "figures",
        "settings": {
            "dataset": {
                "type": "text.TextDataset",
                "fs_args": {"open_args_load": {"mode": "rb"}, "open_args_save": {"mode": "wb"}},
            }
        },
    },
    "{pipeline}.report": {"type": "json.JSONDataset", "kind": "artifact"},
    "{pipeline}.comparison": {"type": "pandas.CSVDataset", "kind": "table"},
    "{pipeline}.tags": {"type": "json.JSONDataset", "kind": "tags"},
    "{pipeline}.trials": {"type": "pandas.ParquetDataset", "kind": "trials"},
    "{pipeline}.bars": {"type": "pandas.ParquetDataset", "kind": "input"},
}


@pytest.fixture(scope="session")
def store(tmp_path_factory, empty_store) -> str:
    """The URI of a database."""
    file = shutil.copy(empty_store, tmp_path_factory.mktemp("store") / "mlflow.db")
    return f"sqlite:///{file.as_posix()}"


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


@pytest.fixture
def save_all(project):
    """Run a pipeline that saves each value of a mapping as the dataset that its key names."""
    entries = {
        name: {
            "type": entry["type"],
            "filepath": f"data/{name}",
            "metadata": {"mlflow": entry["kind"]},
            **entry.get("settings", {}),
        }
        for name, entry in CATALOG.items()
    }
    project.configure(catalog=entries, parameters={"tracking": project.tracking})

    def run(datasets: dict[str, Any]) -> None:
        nodes = [
            Node(lambda data=data: data, None, name, name=f"make.{name}")
            for name, data in datasets.items()
        ]
        project.register(nodes)
        project.run()

    return run


@pytest.fixture
def save(save_all):
    """Run a pipeline whose one node saves `data` as the dataset `name`."""

    def run(name: str, data: Any) -> None:
        save_all({name: data})

    return run
