"""A project whose `stock_lstm` has registered a champion, trained in moments."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.real_project import RealProject
from tests.tracking.logged_models import models_logged_here

TRAIN = [
    f"stock_lstm.{name}"
    for name in (
        "ingest_bars",
        "clean_bars",
        "build_features",
        "lstm.forecast_references",
        "lstm.train_forecaster",
        "lstm.forecast_holdout",
        "lstm.pack_forecaster",
        "describe_candidate",
        "register",
    )
]
AS_OF = {"stock_forecast": {"as_of": "2025-12-31"}}
CPU = {"compute": {"device": "cpu", "backend": "sequential"}}


def train(project: RealProject, epochs: int = 2, **run: Any) -> None:
    """Train a small forecaster and register it."""
    lstm = {
        "training": {"epochs": epochs, "batch_size": 256, "seeds": [0, 1]},
        "forecaster": {"network": {"hidden": 4}},
    }
    with models_logged_here():
        settings = CPU | {"stock_lstm": {"lstm": lstm, **run}}
        project.run(settings, node_names=TRAIN)


def forecast(project: RealProject, **settings: Any) -> pd.DataFrame:
    """Run `stock_forecast`; what it leaves."""
    project.run(settings, pipeline="stock_forecast")
    return pd.read_csv(project.root / "data/08_reporting/stock_forecast/forecast.csv")


@pytest.fixture(scope="session")
def champion(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> RealProject:
    """A project that has a champion and has made a forecast; tests only read it."""
    project = RealProject(tmp_path_factory.mktemp("champion"), "stock")
    shutil.copy(empty_store, project.root / "mlflow.db")
    train(project)
    forecast(project, **AS_OF)
    return project


@pytest.fixture
def copied(champion: RealProject, tmp_path: Path) -> RealProject:
    """A copy of that project; the champion's files lie where they were."""
    project = RealProject(tmp_path / "copy", "stock")
    shutil.copytree(champion.root / "data", project.root / "data", dirs_exist_ok=True)
    shutil.copy(champion.root / "mlflow.db", project.root)
    return project
