"""Taggers that were trained in moments, and projects that have them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.params.tagging import Tagger, TaggerTraining
from dl_pipelines.pipelines.pos_tagger import nodes
from dl_pipelines.sources.treebanks import book_tokens
from tests.pipelines.pos_tagger.tagger_settings import LETTERS, SETTINGS, treebank
from tests.real_project import ROOT, RealProject


def trained(tokens: Any, tagger: Tagger, training: TaggerTraining, treebank: str) -> Weights:
    """What `pos_tagger` leaves of a network."""
    names = ("vectors", "holdout", "compute", "checkpoints")
    weights, *_ = nodes.train_holdout(
        **{name: SETTINGS[name] for name in names},
        tokens=tokens,
        tagger=tagger,
        training=training,
        data_report={"treebank": treebank},
    )
    return weights


@pytest.fixture(scope="session")
def book_weights() -> Weights:
    """The book's tagger, by its settings in `conf/base`."""
    settings = yaml.safe_load((ROOT / "conf/base/parameters_pos_tagger.yml").read_text())
    own = settings["_pos_tagger"]["book"]["word_lstm"]
    tagger = Tagger.model_validate(own["tagger"])
    return trained(book_tokens(), tagger, TaggerTraining.model_validate(own["training"]), "book")


@pytest.fixture(scope="session")
def universal_weights() -> Weights:
    """A tagger of universal tags, of two seeds, barely trained."""
    training = SETTINGS["training"].model_copy(update={"seeds": (0, 1)})
    return trained(treebank(), LETTERS, training, "xx_small")


@pytest.fixture
def with_tagger(tmp_path: Path) -> Callable[[Weights], RealProject]:
    """Make a project that a tagger was trained in."""

    def make(weights: Weights) -> RealProject:
        project = RealProject(tmp_path, "pos")
        file = project.root / "data/06_models/pos_tagger/weights.safetensors"
        SafetensorsDataset(str(file)).save(weights)
        return project

    return make
