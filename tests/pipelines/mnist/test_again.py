"""The same run again: in parts, from the command line, and after it was killed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.pipelines.mnist.conftest import CNN, MLP, UNTRACKED, Finished
from tests.real_project import RealProject

SETTINGS = {"mnist_mlp": MLP, "mnist_cnn": CNN}
NODES = (
    *("ingest_images", "train_holdout", "predict_holdout", "disturb_test"),
    *("evaluate_holdout", "evaluate_kfold", "report_results"),
)


def outputs(finished: Finished) -> dict[str, Any]:
    """Every file by its path but pictures, which bear dates; no figure of the wall clock."""
    data = finished.project.root / "data"
    found: dict[str, Any] = {}
    for folder in ("03_primary", "06_models", "07_model_output", "08_reporting"):
        for path in (data / folder / finished.pipeline).rglob("*"):
            if path.suffix == ".json":
                content = json.loads(path.read_text())
                content.pop("train_seconds", None)
                found[str(path.relative_to(data))] = content
            elif path.is_file() and path.suffix != ".png":
                found[str(path.relative_to(data))] = path.read_bytes()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_nodes_alone_give_the_same_as_in_the_whole(request, name):
    finished: Finished = request.getfixturevalue(name)
    before = outputs(finished)
    pipeline = finished.pipeline
    names = [f"{pipeline}.{node}" for node in NODES]
    settings = SETTINGS[pipeline] | UNTRACKED
    finished.project.run(settings, pipeline=pipeline, node_names=names)
    assert any(path.endswith("weights.safetensors") for path in before)
    assert outputs(finished) == before


@pytest.mark.slow
def test_the_command_line_gives_the_same_bytes_and_says_nothing_alarming(
    finished_mnist, with_digits
):
    pipeline = finished_mnist.pipeline
    own = SETTINGS[pipeline][pipeline]
    loky = {"compute": {**own["compute"], "backend": "loky", "workers": 2}}
    settings = {**SETTINGS[pipeline], **UNTRACKED, pipeline: {**own, **loky}}
    (with_digits.root / "conf/local/parameters.yml").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "kedro", "run", "--pipeline", pipeline]
    done = subprocess.run(
        command, cwd=with_digits.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert outputs(Finished(with_digits, pipeline)) == outputs(finished_mnist)
    assert "test accuracy %" in done.stdout and "Wilson" in done.stdout
    said = (done.stdout + done.stderr).lower()
    for alarm in ("warning", "deprecat", "telemetry", "traceback"):
        assert alarm not in said


INGEST, TRAIN = "mnist_cnn.ingest_images", "mnist_cnn.train_holdout"
KILLED: dict[str, Any] = {
    **CNN,
    **UNTRACKED,
    "checkpoints": {"every_steps": 20},
    "mnist_cnn": {
        **CNN["mnist_cnn"],
        "classifier": {"network": {"stages": [[2], [3]], "dropout": 0.2}},
        "augmentation": {"rotation": 10.0, "shift": 2.0},
        "training": {"epochs": 40, "batch_size": 16, "seeds": [0]},
    },
}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_a_killed_run_goes_on_to_the_same_bytes(with_digits):
    finished = Finished(with_digits, "mnist_cnn")
    (with_digits.root / "conf/local/parameters.yml").write_text(json.dumps(KILLED))
    with_digits.run(
        {"checkpoints": {"folder": None}}, pipeline="mnist_cnn", node_names=[INGEST, TRAIN]
    )
    uninterrupted, history = trained(finished)
    for path in finished.models.iterdir():
        path.unlink()

    arguments = ("--pipeline", "mnist_cnn", "--nodes", TRAIN)
    with_digits.kill_once(lambda: bool(checkpoints(with_digits)), *arguments)
    assert not list(finished.models.iterdir())
    assert checkpoints(with_digits)

    run = with_digits.start(*arguments)
    printed, _ = run.communicate(timeout=120)
    assert run.returncode == 0, printed
    resumed, resumed_history = trained(finished)
    assert resumed == uninterrupted
    pd.testing.assert_frame_equal(resumed_history, history, check_exact=True)
    assert not checkpoints(with_digits)


def checkpoints(project: RealProject) -> list[Path]:
    return list((project.root / "data/06_models/.checkpoints").rglob("*.pt"))


def trained(finished: Finished) -> tuple[bytes, pd.DataFrame]:
    """The weights and the history."""
    weights = (finished.models / "weights.safetensors").read_bytes()
    return weights, pd.read_parquet(finished.models / "history.parquet")
