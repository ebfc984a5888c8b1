"""A small champion of a market that is made up, and what becomes of that market."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from dl_pipelines.frames.calendar import trading_sessions
from tests.real_project import RealProject
from tests.tracking.logged_models import models_logged_here

TEST_START = "2020-01-02"
SETTINGS = {
    "compute": {"device": "cpu", "backend": "sequential"},
    "stock_lstm": {
        "lstm": {
            "holdout": {"test_start": TEST_START, "end": None},
            "training": {"epochs": 12, "batch_size": 64, "seeds": [0]},
            "forecaster": {"network": {"hidden": 8}},
        }
    },
    "stock_monitor": {
        "now": "2021-01-01 12:00",
        "recent_days": 200,
        "bootstrap": {"resamples": 199},
    },
}


def market(*, other: bool) -> pd.DataFrame:
    """Daily bars of 2014 to 2020 whose ranges come in waves; `other`: wilder ones from 2020 on."""
    days = trading_sessions("2014-01-02", "2020-12-31")
    random = np.random.default_rng(5)
    shocks = 0.3 * random.normal(size=len(days))
    for day in range(1, len(days)):
        shocks[day] += 0.9 * shocks[day - 1]
    size = 0.003 * np.exp(shocks - shocks.mean())
    size[(days >= TEST_START) & other] *= 3.0
    steps = size[:, None] * random.normal(size=(len(days), 8))
    path = np.log(3000.0) + np.cumsum(steps).reshape(steps.shape)
    whole = np.exp(path)
    return pd.DataFrame(
        {
            "date": days.strftime("%Y-%m-%d"),
            "open": whole[:, 0],
            "high": whole.max(axis=1),
            "low": whole.min(axis=1),
            "close": whole[:, -1],
            "volume": 1e9 * np.exp(0.2 * random.normal(size=len(days))),
        }
    ).round(2)


@pytest.fixture(scope="session")
def monitored(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> RealProject:
    """A project whose registry has a champion that has learnt the market up to 2019."""
    project = RealProject(tmp_path_factory.mktemp("monitored"), "stock")
    shutil.copy(empty_store, project.root / "mlflow.db")
    (project.root / "conf/local/parameters.yml").write_text(yaml.safe_dump(SETTINGS))
    market(other=False).to_csv(project.snapshot, index=False)
    with models_logged_here():
        project.run(to_nodes=["stock_lstm.register"])
    return project
