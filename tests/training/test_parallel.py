import io
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import joblib
import pytest
import torch
from rich.console import Console

from dl_pipelines.errors import SettingError
from dl_pipelines.processes import end_pool, using_pool
from dl_pipelines.training import parallel
from dl_pipelines.training.parallel import kept_pool, one_thread, pool_of, run_jobs


def describe(*, number):
    if number < 0:
        raise SettingError(f"the number is {number}.")
    return number * 10, torch.get_num_threads(), os.getpid()


@pytest.mark.parametrize("backend", ["sequential", "threading", "loky"])
def test_results_come_in_order_and_each_job_has_one_thread(backend):
    torch.set_num_threads(2)
    jobs = [{"number": number} for number in (3, 1, 2)]

    results = run_jobs(describe, jobs, backend=backend, workers=2)

    assert [result[:2] for result in results] == [(30, 1), (10, 1), (20, 1)]
    assert torch.get_num_threads() == 2
    assert all((pid == os.getpid()) == (backend != "loky") for *_, pid in results)


@pytest.mark.parametrize("backend", ["sequential", "loky"])
def test_an_error_of_a_job_comes_through_as_it_is(backend):
    with pytest.raises(SettingError, match="the number is -1"):
        run_jobs(describe, [{"number": 1}, {"number": -1}], backend=backend, workers=2)


def count_together(*, barrier):
    try:
        barrier.wait(timeout=0.2)
    except threading.BrokenBarrierError:
        return "alone"
    return "together"


def test_threads_take_turns_because_they_share_the_random_generator():
    jobs = [{"barrier": threading.Barrier(2)}] * 2
    assert run_jobs(count_together, jobs, backend="threading", workers=2) == ["alone", "alone"]


def test_one_thread_ends_with_its_block_also_after_an_error():
    torch.set_num_threads(2)
    with pytest.raises(RuntimeError), one_thread():
        assert torch.get_num_threads() == 1
        raise RuntimeError
    assert torch.get_num_threads() == 2


def test_dask_is_asked_for_by_its_extra_where_it_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingError, match=r"'compute.backend' is dask.*dl_pipelines\[dask\]"):
        run_jobs(describe, [{"number": 1}], backend="dask")


@pytest.mark.slow
def test_dask_runs_jobs_on_its_workers_which_several_calls_can_share():
    pytest.importorskip("distributed", reason="needs the extra dask")
    compute = {"backend": "dask", "workers": 2, "address": None}
    with kept_pool(compute, jobs=1) as pool:
        results = run_jobs(describe, [{"number": 1}, {"number": 2}], **pool)
        assert [result[:2] for result in results] == [(10, 1), (20, 1)]
        (first,), (second,) = (run_jobs(os.getpid, [{}], **pool) for _ in range(2))
    assert first == second != os.getpid()


def test_a_kept_pool_is_nothing_else_elsewhere():
    compute = {"backend": "loky", "workers": 2, "address": None}
    with kept_pool(compute, jobs=9) as pool:
        assert pool == pool_of(compute)


def told(*, progress):
    return progress


@pytest.mark.parametrize(
    ("pool", "jobs", "alone"),
    [
        ({"backend": "threading", "workers": 2}, 2, False),
        ({"backend": "threading"}, 2, False),
        ({"backend": "sequential", "workers": 2}, 2, True),
        ({"backend": "loky", "workers": 1}, 2, True),
        ({"backend": "loky", "threads": 2}, 2, True),  # one job takes both cores
        ({"backend": "loky"}, 1, True),
    ],
)
def test_jobs_that_take_turns_show_their_own_progress(monkeypatch, pool, jobs, alone):
    terminal = io.StringIO()
    console = Console(file=terminal, force_terminal=True)
    monkeypatch.setattr(parallel, "Console", lambda **_: console)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 2)

    assert run_jobs(told, [{}] * jobs, **pool, show_progress=True) == [alone] * jobs
    assert ("training" in terminal.getvalue()) == (not alone)


def test_jobs_that_show_nothing_are_counted(monkeypatch):
    terminal = io.StringIO()
    console = Console(file=terminal, force_terminal=True)
    monkeypatch.setattr(parallel, "Console", lambda **_: console)
    run_jobs(describe, [{"number": 1}, {"number": 2}], backend="sequential")
    assert "training" in terminal.getvalue()


def sleep_long(*, folder):
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)


KILLED_RUN = """
import sys
from dl_pipelines.training.parallel import run_jobs
from tests.training.test_parallel import sleep_long
run_jobs(sleep_long, [{"folder": sys.argv[1]}] * 2, backend="loky", workers=2)
"""


@pytest.mark.slow
def test_workers_do_not_outlive_a_run_that_is_killed(tmp_path):
    command = [sys.executable, "-c", KILLED_RUN, str(tmp_path)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 60
        while len(workers := list(tmp_path.iterdir())) < 2:
            assert run.poll() is None, "the run ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        run.kill()
        run.communicate(timeout=10)  # the pipe ends with the last process that has it
    finally:
        run.kill()
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(int(worker.name), signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.mark.slow
def test_an_ended_pool_has_no_processes_and_the_next_jobs_start_others():
    jobs = [{"number": number} for number in range(4)]
    before = {pid for *_, pid in run_jobs(describe, jobs, workers=2)}
    with using_pool():  # another thread has jobs in it
        end_pool()
    assert all(alive(pid) for pid in before)
    end_pool()
    assert not any(alive(pid) for pid in before)
    end_pool()
    assert before.isdisjoint(pid for *_, pid in run_jobs(describe, jobs, workers=2))


ENDING = """
import builtins
import numpy as np
from dl_pipelines.processes import end_pool
from dl_pipelines.training.parallel import run_jobs

def kept(*, array):
    builtins.kept = array  # as cycles keep what a training was given, until they are collected
    return array.sum()

print(run_jobs(kept, [{"array": np.ones(10**6)}] * 2, workers=2))
end_pool()
"""


@pytest.mark.slow
def test_an_ended_pool_leaves_no_files_of_what_its_jobs_were_given():
    command = [sys.executable, "-W", "always::UserWarning", "-c", ENDING]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "1000000" in done.stdout
    assert "leaked" not in done.stderr
