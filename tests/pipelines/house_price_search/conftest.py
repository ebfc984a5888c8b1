from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.real_project import RealProject

# Tiny networks; the rates of 1e30 let training diverge.
QUICK: dict[str, Any] = {
    "compute": {"device": "cpu", "backend": "sequential"},
    "house_price": {
        "dropout": {
            "regressor": {"network": {"hidden": [4], "bins": 2}},
            "training": {"epochs": 2, "batch_size": 128},
        },
    },
    "house_price_search": {
        "inner": {"folds": 2},
        "grid": {
            "trials": 9,
            "space": {
                "optimizer.lr": {"values": [0.01, 1e30]},
                "network.hidden": {"values": [[3], [3, 2]]},
                "network.dropout": {"values": [0.1]},
            },
        },
        "tpe": {"trials": 3, "space": {"network.hidden": {"values": [[5], [3, 5]]}}},
    },
}
UNTRACKED = QUICK | {"tracking": {"enabled": False}}
NAME = "house_price_search"
METHODS = ("grid", "tpe")


def reports(project: RealProject) -> Path:
    return project.root / "data/08_reporting" / NAME


def results(project: RealProject) -> Path:
    """Where nodes leave what others take."""
    return project.root / "data/07_model_output" / NAME / "boston"


def trials_of(project: RealProject) -> dict[str, pd.DataFrame]:
    """The trials of each method."""
    folder = results(project)
    return {method: pd.read_parquet(folder / f"{method}_trials.parquet") for method in METHODS}


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> RealProject:
    """A project that a search has run in, quickly."""
    project = RealProject(tmp_path_factory.mktemp("searched"))
    project.run(QUICK, pipeline=NAME)
    return project
