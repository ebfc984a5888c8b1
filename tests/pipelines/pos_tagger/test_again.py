"""The same run again, in parts: what a node gives does not depend on those that ran before."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.pos_tagger.conftest import NAME, NETWORKS, Finished, small_settings

CLOCK = "train_seconds"
NODES = ("train_holdout", "tag_kfold", "tag_holdout", "evaluate_holdout", "evaluate_kfold")


def outputs(root: Path) -> dict[str, Any]:
    """Every file by its path but pictures, which bear dates; no figure of the wall clock."""
    found: dict[str, Any] = {}
    for folder in ("03_primary", "06_models", "07_model_output", "08_reporting"):
        for path in (root / "data" / folder / NAME).rglob("*"):
            name = str(path.relative_to(root / "data"))
            if path.suffix == ".json":
                content = json.loads(path.read_text())
                found[name] = {k: v for k, v in content.items() if not k.endswith(CLOCK)}
            elif path.name == "comparison.csv":
                found[name] = [line.rpartition(",")[0] for line in path.read_text().splitlines()]
            elif path.is_file() and path.suffix != ".png":
                found[name] = path.read_bytes()
    return found


@pytest.mark.slow
def test_nodes_alone_give_the_same_bytes_as_in_the_whole(small: Finished, fresh):
    """The character network first, in a session of its own; what networks had left is gone."""
    shutil.copytree(small.project.root / "data", fresh.root / "data", dirs_exist_ok=True)
    again = Finished(fresh, small.treebank)
    shutil.rmtree(again.models)
    for network in NETWORKS:
        shutil.rmtree(again.outputs / network)
    shutil.rmtree(again.reports / "char_bilstm")
    for network in reversed(NETWORKS):
        names = [f"{NAME}.{network}.{node}" for node in NODES]
        fresh.run(small_settings(), pipeline=NAME, node_names=names)
    fresh.run(small_settings(), pipeline=NAME, node_names=[f"{NAME}.report_results"])
    before = outputs(small.project.root)
    assert sum(name.endswith("kfold_predictions.parquet") for name in before) == 4
    assert outputs(fresh.root) == before
