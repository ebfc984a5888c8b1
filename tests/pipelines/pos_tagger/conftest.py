"""What runs of `pos_tagger` have left: on the book's sentences, and on a small treebank."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.resolvers import folder_of
from tests.pipelines.pos_tagger.small_treebank import SIZE, sentences, write, write_vectors
from tests.real_project import RealProject

NAME = "pos_tagger"
NETWORKS = ("word_lstm", "char_bilstm")
OWN = folder_of("treebank", "")
JUDGED = {"book": "word_lstm", OWN: "char_bilstm"}  # by the folder of the treebank
BASELINES = ("most_frequent", "affix_logistic")
UNTRACKED: dict[str, Any] = {"tracking": {"enabled": False}}

# Moments on one core.
COMPUTE = {"device": "cpu", "precision": "no", "backend": "sequential"}
TRAINING = {"epochs": 10, "batch_size": 20, "seeds": [2, 10], "optimizer": {"lr": 0.05}}
CHARACTERS = {"character_embedding": 3, "character_hidden": 3, "affix_embedding": 2}
SMALL: dict[str, Any] = {
    "kfold": {"folds": 2},
    "word_lstm": {
        "compute": COMPUTE,
        "tagger": {"network": {"embedding": SIZE, "hidden": 5}},
        "training": TRAINING,
    },
    "char_bilstm": {
        "compute": COMPUTE,
        "tagger": {"network": {"embedding": SIZE, "hidden": 5, "layers": 1, **CHARACTERS}},
        "training": TRAINING,
    },
}


class Finished(NamedTuple):
    """A project that the pipeline has run in; tests only read it."""

    project: RealProject
    treebank: str  # name of its folders

    @property
    def reports(self) -> Path:
        return self.project.root / "data/08_reporting" / NAME

    @property
    def models(self) -> Path:
        return self.project.root / "data/06_models" / NAME / self.treebank

    @property
    def outputs(self) -> Path:
        return self.project.root / "data/07_model_output" / NAME / self.treebank

    @property
    def tokens(self) -> pd.DataFrame:
        folder = self.project.root / "data/03_primary" / NAME / self.treebank
        return pd.read_parquet(folder / "tokens.parquet")

    @property
    def data_report(self) -> dict[str, Any]:
        return json.loads((self.outputs / "data_report.json").read_text())

    @property
    def metrics(self) -> dict[str, float]:
        return json.loads((self.reports / "metrics.json").read_text())

    def votes(self, model: str) -> pd.DataFrame:
        return pd.read_parquet(self.outputs / model / "votes.parquet")

    def predictions(self, network: str) -> pd.DataFrame:
        """Of each seed's network."""
        return pd.read_parquet(self.outputs / network / "predictions.parquet")

    def weights(self, network: str) -> Weights:
        return SafetensorsDataset(str(self.models / f"{network}.safetensors")).load()


def small_project(folder: Path) -> RealProject:
    """A project with a treebank of its own and vectors for some words."""
    project = RealProject(folder, "pos")
    write(folder / "treebank", sentences())
    write_vectors(folder / "vectors.txt")
    return project


def small_settings(**tagger: str) -> dict[str, Any]:
    """Settings of a run on the treebank of `small_project`."""
    own = {"path": "treebank", "vectors": "vectors.txt"}
    return UNTRACKED | {"tagger": own | tagger, NAME: SMALL}


@pytest.fixture
def fresh(tmp_path) -> RealProject:
    """A project that nothing has run in, with the small treebank."""
    return small_project(tmp_path)


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The default run, with its real settings."""
    project = RealProject(tmp_path_factory.mktemp("pos_book"), "pos")
    project.run(UNTRACKED, pipeline=NAME)
    return Finished(project, "book")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run on the small treebank, with vectors, two seeds and two folds."""
    project = small_project(tmp_path_factory.mktemp("pos_small"))
    project.run(small_settings(), pipeline=NAME)
    return Finished(project, OWN)


@pytest.fixture(params=["book", "small"])
def finished(request: pytest.FixtureRequest) -> Finished:
    """Each of the two."""
    return request.getfixturevalue(request.param)
