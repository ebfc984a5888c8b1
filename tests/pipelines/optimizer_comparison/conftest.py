"""A small comparison, run once."""

from pathlib import Path
from typing import Any

import pytest

from dl_pipelines.sources.mnist import sample_digits
from tests.io.idx_files import write_digits
from tests.real_project import RealProject

NAME = "optimizer_comparison"
TASKS = ("regression", "mnist")
RATES = [0.01, 0.1, 1000.0]
# Tiny networks, few steps, no processes; the largest rate lets training diverge.
_TRAINING = {"hidden": [4], "epochs": 2, "switch_epoch": 1, "batch_size": 16}
_LONGER = {"hidden": [8], "epochs": 4, "switch_epoch": 2, "batch_size": 8}  # beats a constant
_TASK = {"rates": RATES, "tuning_seeds": [100, 101, 102], "seeds": [0, 1, 2, 3, 4], "every": 3}
QUICK: dict[str, Any] = {
    "compute": {"device": "cpu", "backend": "sequential"},
    NAME: {
        "parabola": {"train": 64, "valid": 32, "test": 32},
        "digits": {"images": 120, "validation_fraction": 0.25, "test_images": 30},
        "regression": {**_TASK, "training": _TRAINING, "target": 0.2},
        "mnist": {**_TASK, "training": _LONGER, "target": 2.0, "every": 11},
        "report": {"resamples": 50, "timed_steps": 1},
    },
}
UNTRACKED = QUICK | {"tracking": {"enabled": False}}


def reports(project: RealProject) -> Path:
    return project.root / "data/08_reporting" / NAME


def results(project: RealProject) -> Path:
    """Where nodes leave what others take."""
    return project.root / "data/07_model_output" / NAME


def with_own_digits(project: RealProject, **changed: Any) -> RealProject:
    """A project with 160 digits to learn and 40 to test."""
    arrays = {
        key: array[: 160 if key.startswith("train") else 40]
        for key, array in sample_digits().items()
    }
    write_digits(project.root / "data/01_raw/digits", arrays | changed)
    return project


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> RealProject:
    """A project that the comparison has run in; tests only read it."""
    project = with_own_digits(RealProject(tmp_path_factory.mktemp("compared_optimizers"), "mnist"))
    project.run(QUICK, pipeline=NAME)
    return project
