"""A registry of its own for each test, with a logged model that costs seconds to make."""

import os
import shutil
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from dl_pipelines.tracking import models
from dl_pipelines.tracking.forms import served_network
from dl_pipelines.tracking.registry import register
from dl_pipelines.tracking.store import experiment_id, open_store
from tests.tracking.forecasters import saved
from tests.tracking.registry.versions import CANDIDATE


@pytest.fixture(scope="session")
def logged(tmp_path_factory, empty_store) -> tuple[Path, str, str]:
    """A project with a database in which one run has logged a model, and one has not."""
    root = tmp_path_factory.mktemp("logged")
    uri = f"sqlite:///{shutil.copy(empty_store, root / 'mlflow.db')}"
    client = open_store(uri)
    experiment = experiment_id(client, "stock_lstm", root)
    run, other = (client.create_run(experiment).info.run_id for _ in range(2))
    with mock.patch.dict(os.environ):  # MLflow leaves its choice of a store there
        models._log(served_network, saved(root), uri, experiment, run)
    return root, run, other


@pytest.fixture
def root(logged, tmp_path) -> Path:
    """A copy of its database."""
    shutil.copy(logged[0] / "mlflow.db", tmp_path)
    return tmp_path


@pytest.fixture
def store(root):
    """The client of that database: it takes the place of the one that other tests share."""
    return open_store(f"sqlite:///{root.as_posix()}/mlflow.db")


@pytest.fixture
def tell(store, logged):
    """Register the logged model as the hook does."""

    def tell(run_id: str = logged[1], **candidate: Any) -> dict[str, str]:
        registration = {"model": "stock_lstm", **CANDIDATE, **candidate}
        return register(store, registration, run_id=lambda: run_id, parent_id="parent")

    return tell
