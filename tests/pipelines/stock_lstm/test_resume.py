"""A run that is killed while it trains, and run again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.real_project import RealProject

DATA = [f"stock_lstm.{name}" for name in ("ingest_bars", "clean_bars", "build_features")]
TRAIN = "stock_lstm.textbook.train_forecaster"
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


def start(project: RealProject) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kedro", "run", "--nodes", TRAIN]
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=project.root, **pipe)


def kill_while_it_trains(project: RealProject) -> None:
    """Kill the run itself only; its workers, which share its pipe, must end by themselves."""
    run = start(project)
    try:
        deadline = time.monotonic() + 60
        while not list((project.root / FOLDER).rglob("*.pt")):
            assert run.poll() is None, run.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.005)
    finally:
        run.kill()
    run.communicate(timeout=10)
    assert run.returncode == -signal.SIGKILL


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

    kill_while_it_trains(fresh)
    assert not outputs(fresh)
    assert list((fresh.root / FOLDER).rglob("*.pt"))

    run = start(fresh)
    printed, _ = run.communicate(timeout=120)
    assert run.returncode == 0, printed
    assert {name: outputs(fresh)[name].read_bytes() for name in uninterrupted} == uninterrupted
    resumed = pd.read_parquet(outputs(fresh)["textbook_history.parquet"])
    pd.testing.assert_frame_equal(resumed, history, check_exact=True)
    assert not list((fresh.root / FOLDER).iterdir())
