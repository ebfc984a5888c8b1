"""Trainings by two real processes each; they take seconds to start, so tests share them."""

import os
import threading
import time
from contextlib import contextmanager

import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.training.launch import launch_trainings
from dl_pipelines.training.tabular import _fit_stack
from dl_pipelines.training.taggers import _fit_one as fit_tagger
from tests.training import together

pytestmark = pytest.mark.skipif(os.name == "nt", reason="gloo's processes are tested on POSIX")

JOBS = {
    "book 5.7.2": together.job(),
    "house_price's plain network": together.job(
        model={"hidden": [64, 64], "bins": 8, "keep_numbers": True},
        batch_size=32,
        optimizer={"name": "adamw", "lr": 6e-3},
        schedule={"name": "cosine"},
        loss={"name": "huber"},
    ),
    "unequal shares": together.job(rows=31, batch_size=9, optimizer={"name": "nag", "lr": 0.05}),
    "a process without rows": together.job(rows=6, batch_size=1, epochs=1),
    "everything that decides": together.job(
        valid=106,
        epochs=4,
        clip_norm=0.5,
        ema_decay=0.5,
        patience=2,
        schedule={"name": "plateau", "patience": 0},
    ),
    "bf16": together.job(precision="bf16"),
}


@contextmanager
def stderr_in(file):
    """Let what this process and those that it starts say go to a file."""
    before = os.dup(2)
    with file.open("wb") as target:
        os.dup2(target.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            os.close(before)


@pytest.fixture(scope="module")
def launched(tmp_path_factory):
    """What two processes made of `JOBS` and of the long job, and their reports of imports."""
    folder = tmp_path_factory.mktemp("launched")
    jobs = [*JOBS.values(), together.long_job(together.kept_in(folder / "checkpoints"))]
    with pytest.MonkeyPatch.context() as patch, stderr_in(folder / "imports"):
        patch.setenv("PYTHONPROFILEIMPORTTIME", "1")
        results = launch_trainings(_fit_stack, jobs, together.compute())
    assert not list((folder / "checkpoints").iterdir())
    return dict(zip([*JOBS, "long"], results, strict=True)), (folder / "imports").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", JOBS)
def test_two_processes_learn_what_one_learns_from_the_same_batches(launched, name):
    states, history = launched[0][name]
    alone, rows = _fit_stack(**JOBS[name], progress=False)

    tolerance = 1e-2 if name == "bf16" else 1e-6  # bf16 has 8 bits
    assert together.largest_difference(states, alone) < tolerance
    assert history[0].keys() == rows[0].keys()
    for row, other in zip(history, rows, strict=True):
        assert row == pytest.approx(other, rel=tolerance)


@pytest.mark.slow
def test_a_worker_knows_neither_kedro_nor_mlflow(launched):
    imported = {line.rpartition("|")[2].strip() for line in launched[1].splitlines()}
    assert {"torch", "dl_pipelines.training.ranks"} <= imported
    assert not {"kedro", "mlflow", "pandas"} & imported


def kill_when(folder, killed):
    """Kill the second process of a training, once that has written a checkpoint."""
    while not list(folder.rglob("*.pt")):
        time.sleep(0.005)
    process = together.workers()["1"]
    process.kill()
    killed.append(process.pid)


@pytest.mark.slow
def test_a_training_one_of_whose_processes_is_killed_ends_with_the_same_bits(
    launched, tmp_path, capfd
):
    killed = []
    killer = threading.Thread(target=kill_when, args=(tmp_path, killed), daemon=True)
    killer.start()
    job = together.long_job(together.kept_in(tmp_path))
    ((states, history),) = launch_trainings(_fit_stack, [job], together.compute())

    assert len(killed) == 1
    assert "training resumes after step" in capfd.readouterr().err
    assert together.largest_difference(states, launched[0]["long"][0]) == 0.0
    assert history == launched[0]["long"][1]


@pytest.mark.slow
def test_a_workers_sentence_is_the_runs():
    diverging = together.job(optimizer={"name": "sgd", "lr": 1e30})
    with pytest.raises(SettingError, match=r"^training diverged: train_loss is .* in epoch"):
        launch_trainings(_fit_stack, [diverging], together.compute())


def test_networks_for_one_process_are_refused_before_anything_starts(monkeypatch):
    monkeypatch.setattr("subprocess.Popen", None)
    with pytest.raises(SettingError, match="'devices' and 'nodes' are 2 and 1, but these networks"):
        launch_trainings(fit_tagger, [{"checkpoints": None}], together.compute())
