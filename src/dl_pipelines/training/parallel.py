"""Independent trainings side by side: seeds, folds, refits, trials."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, TypeVar

import joblib
import torch
from rich.console import Console
from rich.progress import track

from dl_pipelines.errors import SettingError
from dl_pipelines.processes import end_with_parent

Result = TypeVar("Result")

# the threads of a dask worker share torch's random generator, so they take turns
_one_job_a_process = threading.Lock()


def run_jobs(
    function: Callable[..., Result],
    jobs: Sequence[Mapping[str, Any]],
    *,
    backend: str = "loky",
    workers: int = -1,
    threads: int = 1,
    show_progress: bool = False,
) -> list[Result]:
    """Call a function once for each job, by joblib.

    Every job runs on as many threads of torch, so the results are the same, to the bit, for every
    backend and number of workers.

    Args:
        function: Importable by name; what it takes and gives must be picklable.
        jobs: Keyword arguments of each call.
        backend: `loky` (processes), `sequential`, or `dask`: the cluster whose
            scheduler `DASK_SCHEDULER_ADDRESS` names, else processes of this machine.
        workers: Jobs at a time; -1 means one for each `threads` cores. Dask decides for itself.
        threads: Threads of torch a job: one for small networks, more where a job has large ones to
            train and runs alone.
        show_progress: Whether `function` takes `progress`, which is true where jobs run one after
            another: each shows its own then. Bars side by side would write over each other, so
            elsewhere, and of functions that show none, the finished jobs are counted.

    Returns:
        The results, in the order of the jobs.

    Raises:
        SettingError: If `backend` is `dask` and that extra is not installed.
    """
    if backend == "loky" and len(jobs) == 1:
        backend = "sequential"  # processes would only start
    if backend == "loky" and workers == -1:
        workers = max(1, joblib.cpu_count() // threads)
    alone = backend == "sequential" or workers == 1
    told = {"progress": alone} if show_progress else {}
    with ExitStack() as stack:
        if backend == "dask":
            stack.enter_context(_dask_client())
        watch = {"initializer": end_with_parent, "initargs": (os.getpid(),)}
        options = watch if backend == "loky" else {}  # dask ends its processes, others start none
        stack.enter_context(joblib.parallel_config(backend=backend, n_jobs=workers, **options))
        calls = (joblib.delayed(_run_job)(function, {**job, **told}, threads) for job in jobs)
        results = joblib.Parallel(return_as="generator")(calls)
        console = Console(stderr=True)
        bar = track(
            results, "training", len(jobs), console=console, transient=True,
            disable=(show_progress and alone) or not console.is_terminal,
        )  # fmt: skip
        return list(bar)


def run_trainings(
    function: Callable[..., Result], jobs: Sequence[Mapping[str, Any]], compute: Mapping[str, Any]
) -> list[Result]:
    """Call a function that trains, and takes `progress`, once for each job.

    Args:
        function: As in `run_jobs`.
        jobs: As in `run_jobs`.
        compute: Settings of `params.Compute`.

    Returns:
        The results, in the order of the jobs.

    Raises:
        SettingError: If `backend` is `dask` and that extra is not installed.
    """
    pool = {name: compute[name] for name in ("backend", "workers", "threads")}
    return run_jobs(function, jobs, **pool, show_progress=True)


def _run_job(function: Callable[..., Result], job: Mapping[str, Any], threads: int) -> Result:
    with _one_job_a_process, torch_threads(threads):
        return function(**job)


def one_thread() -> AbstractContextManager[None]:
    """Give torch one thread: small networks run faster, and sums have one order everywhere."""
    return torch_threads(1)


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Give torch some threads for a while; the order of sums depends on how many."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _dask_client() -> Any:
    try:
        from distributed import Client  # noqa: PLC0415  an optional extra
    except ImportError as error:
        raise SettingError(
            "the setting 'backend' is dask, which is not installed: "
            "run pip install 'dl_pipelines[dask]' or set 'backend' to loky."
        ) from error
    return Client()
