"""A few hundred digits, and what runs on them have left."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from dl_pipelines.sources.mnist import sample_digits
from tests.io.digit_sets import digit_servers, offline
from tests.io.idx_files import write_digits
from tests.real_project import RealProject
from tests.sources.conftest import file_server

__all__ = ["digit_servers", "file_server", "offline"]

# One or two epochs of small networks, in this process.
COMPUTE = {"device": "cpu", "backend": "sequential", "threads": 1}
REPORT = {"disturbed": 20}
UNTRACKED = {"tracking": {"enabled": False}}
MLP: dict[str, Any] = {
    "mnist": {"dataset": "digits", "mlp": "book"},
    "mnist_mlp": {
        "compute": COMPUTE,
        "report": REPORT,
        "classifier": {"network": {"hidden": [8]}},
        "training": {"epochs": 2, "batch_size": 32, "seeds": [0, 1]},
    },
}
CNN: dict[str, Any] = {
    "mnist": {"dataset": "digits", "cnn": "quick"},
    "mnist_cnn": {
        "compute": COMPUTE,
        "report": {**REPORT, "bins": 7},
        "kfold": {"folds": 3},
        "classifier": {"network": {"stages": [[2], [3]]}, "shifts": 1},
        "training": {"epochs": 1, "batch_size": 32, "seeds": [0]},
    },
}


class Finished(NamedTuple):
    """A pipeline that has run in a project; tests only read it."""

    project: RealProject
    pipeline: str

    @property
    def reports(self) -> Path:
        return self.project.root / "data/08_reporting" / self.pipeline

    @property
    def models(self) -> Path:
        return self.project.root / "data/06_models" / self.pipeline / "digits"

    @property
    def outputs(self) -> Path:
        return self.project.root / "data/07_model_output" / self.pipeline / "digits"

    @property
    def metrics(self) -> dict[str, float]:
        return json.loads((self.reports / "metrics.json").read_text())

    @property
    def predictions(self) -> pd.DataFrame:
        """Of each seed's network."""
        return pd.read_parquet(self.outputs / "predictions.parquet")

    @property
    def votes(self) -> pd.DataFrame:
        return pd.read_parquet(self.outputs / "votes.parquet")


@pytest.fixture(scope="session")
def small_digits() -> dict[str, NDArray[np.uint8]]:
    """240 real digits to train, 60 to test."""
    counts = {"train": 240, "test": 60}
    return {key: array[: counts[key.partition("_")[0]]] for key, array in sample_digits().items()}


@pytest.fixture(scope="session")
def images(small_digits) -> dict[str, Any]:
    """The same as nodes hand them on."""
    return {**small_digits, "source": np.asarray("here"), "sample": np.asarray(False)}


def own_digits(project: RealProject, arrays: dict[str, NDArray[np.uint8]]) -> dict[str, Path]:
    """Put digits where the user's own files lie."""
    return write_digits(project.root / "data/01_raw/digits", arrays)


@pytest.fixture
def with_digits(fresh, small_digits) -> RealProject:
    """A project that nothing has run in, with its own files of digits."""
    own_digits(fresh, small_digits)
    return fresh


@pytest.fixture(scope="session")
def mlp(tmp_path_factory, small_digits) -> Finished:
    """`mnist_mlp`, of two seeds and without k-fold."""
    project = RealProject(tmp_path_factory.mktemp("mnist_mlp"), "mnist")
    own_digits(project, small_digits)
    project.run(MLP | UNTRACKED, pipeline="mnist_mlp")
    return Finished(project, "mnist_mlp")


@pytest.fixture(scope="session")
def cnn(tmp_path_factory, small_digits) -> Finished:
    """`mnist_cnn`, of one seed and with k-fold; images are moved to and fro for the vote."""
    project = RealProject(tmp_path_factory.mktemp("mnist_cnn"), "mnist")
    own_digits(project, small_digits)
    project.run(CNN | UNTRACKED, pipeline="mnist_cnn")
    return Finished(project, "mnist_cnn")


@pytest.fixture(params=["mlp", "cnn"])
def finished_mnist(request: pytest.FixtureRequest) -> Finished:
    """Each of the two."""
    return request.getfixturevalue(request.param)
