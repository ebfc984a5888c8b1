"""Groups of real processes: how they end, and two machines."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.training import launch
from dl_pipelines.training.launch import launch_trainings
from dl_pipelines.training.tabular import _fit_stack
from tests.training import together

pytestmark = pytest.mark.skipif(os.name == "nt", reason="gloo's processes are tested on POSIX")


@pytest.mark.slow
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_run_that_is_ended(tmp_path, ended_by):
    command = [sys.executable, "-m", "tests.training.together", str(tmp_path)]
    own = os.environ | {"TMPDIR": str(tmp_path)}  # of the job, which a kill leaves behind
    run = subprocess.Popen(command, stdout=subprocess.PIPE, env=own)
    started = {}
    try:
        while not list(tmp_path.rglob("*.pt")):
            assert run.poll() is None
            time.sleep(0.05)
        started = together.workers()
        run.send_signal(ended_by)
        run.communicate(timeout=30)  # the pipe ends with the last process that has it

        assert set(started) == {"0", "1"}
        assert not psutil.wait_procs(started.values(), timeout=5)[1]
    finally:  # they would learn for hours, beside all other tests
        run.kill()
        for process in started.values():
            with suppress(psutil.NoSuchProcess):
                process.kill()
    assert not together.workers()


@pytest.mark.slow
def test_two_machines_train_together(tmp_path, monkeypatch):
    """Both are this one; the second one runs the command that the first one names, elsewhere.

    torch numbers machines in the order of their addresses: the second one's process is the first,
    which writes checkpoints.
    """
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("PET_LOCAL_ADDR", "localhost")
    where = together.compute(devices=1, nodes=2, rendezvous=f"localhost:{free_port()}")
    job = together.job(checkpoints=together.kept_in("checkpoints"))
    second = []

    def join():
        while not (found := list(project.glob("checkpoints/*/launch.json"))):
            time.sleep(0.05)
        command = [sys.executable, "-m", "dl_pipelines.training.agent", str(found[0].parent)]
        own = os.environ | {"PET_LOCAL_ADDR": "127.0.0.1"}
        second.append(subprocess.run(command, check=False, timeout=300, cwd=elsewhere, env=own))

    joining = threading.Thread(target=join)
    joining.start()
    ((states, _),) = launch_trainings(_fit_stack, [job], where)
    joining.join()

    assert second[0].returncode == 0
    assert together.largest_difference(states, _fit_stack(**job, progress=False)[0]) < 1e-6
    assert not list(elsewhere.iterdir())
    assert not list((project / "checkpoints").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_machines_that_do_not_meet_are_one_sentence_and_leave_nothing(tmp_path, monkeypatch, host):
    monkeypatch.setattr(launch, "_ANSWER_SECONDS", 1)
    where = together.compute(devices=1, nodes=2, rendezvous=f"{host}:29400")
    job = together.job(checkpoints=together.kept_in(tmp_path))
    with pytest.raises(SettingError, match=rf"did not meet at '{host}:29400': set 'compute.rendez"):
        launch_trainings(_fit_stack, [job], where)
    assert not list(tmp_path.iterdir())


def free_port():
    with socket.socket() as listening:
        listening.bind(("localhost", 0))
        return listening.getsockname()[1]


@pytest.mark.gpu
def test_gpus_learn_together_what_one_learns():
    devices = torch.cuda.device_count()
    where = {"device": "cuda", "devices": devices, "precision": "no"}
    job = together.job() | {"compute": together.compute(**where)}
    ((states, _),) = launch_trainings(_fit_stack, [job], together.compute(**where))
    assert together.largest_difference(states, _fit_stack(**job, progress=False)[0]) < 1e-4
