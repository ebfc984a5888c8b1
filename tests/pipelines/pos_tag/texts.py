"""Texts, tagged by the whole pipeline or by its nodes."""

from pathlib import Path
from typing import Any

import pandas as pd

from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.tagging import TextToTag
from dl_pipelines.pipelines.pos_tag import nodes
from tests.pipelines.pos_tagger.tagger_settings import SETTINGS
from tests.real_project import RealProject

NAME = "pos_tag"
UNTRACKED: dict[str, Any] = {"tracking": {"enabled": False}}
FIRST = "They ate the fish"


def reports(project: RealProject) -> Path:
    return project.root / "data/08_reporting" / NAME


def run(project: RealProject, **params: Any) -> RealProject:
    project.run(UNTRACKED | params, pipeline=NAME)
    return project


def tagged_by(weights: Weights, *lines: str) -> pd.DataFrame:
    words = nodes.split_text([*lines], weights, TextToTag(spaced=False))
    return nodes.tag_words(words, weights, SETTINGS["compute"])
