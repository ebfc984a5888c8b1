"""A run that is killed while it trains, and run again."""

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.real_project import RealProject

DATA = [f"stock_lstm.{name}" for name in ("ingest_bars", "clean_bars", "build_features")]
TRAIN = "stock_lstm.textbook.train_forecaster"
ARGUMENTS = ("--pipeline", "stock_lstm", "--nodes", TRAIN)
SETTINGS: dict[str, Any] = {
    "compute": {"device": "cpu", "backend": "loky", "workers": 2},
    "checkpoints": {"every_steps": 20},
    "tracking": {"enabled": False},
    "stock_lstm": {
        "textbook": {
            "training": {"epochs": 15, "batch_size": 20, "seeds": [0]},
            "forecaster": {"network": {"hidden": 4}},
        }
    },
}
IN_THIS_PROCESS = {"compute": {"backend": "sequential"}, "checkpoints": {"folder": None}}
FOLDER = "data/06_models/.checkpoints"


def outputs(project: RealProject) -> dict[str, Path]:
    """The weights of the validated and of the final network, and the history."""
    return {path.name: path for path in (project.root / "data/06_models/stock_lstm").glob("*")}


def checkpoints(project: RealProject) -> list[Path]:
    return list((project.root / FOLDER).rglob("*.pt"))


@pytest.mark.slow  # tests/training kills quick ones
@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_a_killed_run_goes_on_to_the_same_bytes(fresh):
    (fresh.root / "conf/local/parameters.yml").write_text(json.dumps(SETTINGS))
    fresh.run(IN_THIS_PROCESS, node_names=[*DATA, TRAIN])
    history = pd.read_parquet(outputs(fresh)["textbook_history.parquet"])
    uninterrupted = {name: path.read_bytes() for name, path in outputs(fresh).items()}
    del uninterrupted["textbook_history.parquet"]
    assert len(uninterrupted) == 2
    for path in outputs(fresh).values():
        path.unlink()

    fresh.kill_once(lambda: bool(checkpoints(fresh)), *ARGUMENTS)
    assert not outputs(fresh)
    assert checkpoints(fresh)

    fresh.run({"compute": IN_THIS_PROCESS["compute"]}, node_names=[TRAIN])
    assert {name: outputs(fresh)[name].read_bytes() for name in uninterrupted} == uninterrupted
    resumed = pd.read_parquet(outputs(fresh)["textbook_history.parquet"])
    pd.testing.assert_frame_equal(resumed, history, check_exact=True)
    assert not list((fresh.root / FOLDER).iterdir())
