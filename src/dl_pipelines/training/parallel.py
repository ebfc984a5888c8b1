"""Independent trainings side by side: seeds, folds, refits, trials."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, chdir, contextmanager, nullcontext
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, TypeVar

import joblib
import torch
from rich.console import Console
from rich.progress import track

from dl_pipelines.processes import end_with_parent, using_pool
from dl_pipelines.training.cluster import dask_client, on_workers
from dl_pipelines.turns import letting_others

Result = TypeVar("Result")

# the threads of a dask worker share torch's random generator, so they take turns
_one_job_a_process = threading.Lock()


def run_jobs(
    function: Callable[..., Result],
    jobs: Sequence[Mapping[str, Any]],
    *,
    backend: str = "loky",
    address: str | None = None,
    workers: int = -1,
    threads: int = 1,
    show_progress: bool = False,
) -> list[Result]:
    """Call a function once for each job.

    Every job runs on as many threads of torch, so the results are the same, to the bit, for every
    backend and number of workers.

    Args:
        function: Importable by name; what it takes and gives must be picklable.
        jobs: Keyword arguments of each call.
        backend: `loky` (processes), `sequential`, or `dask`; see `cluster.dask_client`.
        address: Of Dask's scheduler.
        workers: Jobs at a time; -1 means one for each `threads` cores. An existing Dask cluster
            decides for itself.
        threads: Threads of torch a job: one for small networks, more where a job has large ones to
            train and runs alone.
        show_progress: Whether `function` takes `progress`, which is true where jobs run one after
            another: each shows its own then. Bars side by side would write over each other, so
            elsewhere, and of functions that show none, the finished jobs are counted.

    Returns:
        The results, in the order of the jobs.

    Raises:
        SettingError: If `backend` is `dask` and there is no such cluster.
    """
    if backend == "loky" and len(jobs) == 1:
        backend = "sequential"  # processes would only start
    workers = _workers(workers, threads)
    alone = backend == "sequential" or (backend == "loky" and workers == 1)
    own = alone and _has_terminal()
    told = [{**job, "progress": own} for job in jobs] if show_progress else jobs
    call = partial(_run_job, function, threads=threads, folder=Path.cwd())
    if backend == "dask":
        done = _by_dask(call, told, address, workers)
    else:
        done = _by_joblib(call, told, backend, workers)
    with nullcontext() if alone else letting_others():
        results = dict(_counted(done, len(jobs), quiet=(show_progress and alone)))
    return [results[number] for number in range(len(jobs))]


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
        SettingError: If `backend` is `dask` and there is no such cluster, or several processes
            cannot train such a network together.
    """
    if compute.get("devices", 1) * compute.get("nodes", 1) > 1:
        from dl_pipelines.training.launch import (  # noqa: PLC0415  imports what imports this
            launch_trainings,
        )

        return launch_trainings(function, jobs, compute)
    return run_jobs(
        function, jobs, **pool_of(compute), threads=compute["threads"], show_progress=True
    )


def _workers(workers: int, threads: int = 1) -> int:
    return max(1, joblib.cpu_count() // threads) if workers == -1 else workers


def pool_of(compute: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `run_jobs` that say where jobs run, of settings of `params.Compute`."""
    pool = {name: compute[name] for name in ("backend", "workers")}
    return {**pool, "address": compute.get("address")}


@contextmanager
def kept_pool(compute: Mapping[str, Any], jobs: int) -> Iterator[dict[str, Any]]:
    """`pool_of` for several calls of `run_jobs`, which then share one Dask cluster.

    Processes of loky outlive a call anyway; those of Dask take seconds to start.

    Args:
        compute: Settings of `params.Compute`.
        jobs: How many jobs there are at most at a time.

    Raises:
        SettingError: If `backend` is `dask` and there is no such cluster.
    """
    pool = pool_of(compute)
    if pool["backend"] != "dask":
        yield pool
        return
    with dask_client(pool["address"], min(_workers(pool["workers"]), jobs)) as client:
        yield {**pool, "address": client.scheduler.address}


def _by_joblib(
    call: Callable[[Mapping[str, Any]], Result],
    jobs: Sequence[Mapping[str, Any]],
    backend: str,
    workers: int,
) -> Iterator[tuple[int, Result]]:
    """Number and result of each job."""
    watch = {"initializer": end_with_parent, "initargs": (os.getpid(),)}
    options = watch if backend == "loky" else {}  # others start no processes
    with using_pool(), joblib.parallel_config(backend=backend, n_jobs=workers, **options):
        calls = (joblib.delayed(call)(job) for job in jobs)
        yield from enumerate(joblib.Parallel(return_as="generator")(calls))


def _by_dask(
    call: Callable[..., Result],
    jobs: Sequence[Mapping[str, Any]],
    address: str | None,
    workers: int,
) -> Iterator[tuple[int, Result]]:
    """Number and result of each job, as they come."""
    with dask_client(address, min(workers, len(jobs))) as client:
        yield from on_workers(client, call, jobs)


def _run_job(
    function: Callable[..., Result], job: Mapping[str, Any], *, threads: int, folder: Path
) -> Result:
    """Run a job; relative paths in its settings are the project's, if this machine has it."""
    there = chdir(folder) if folder.is_dir() else nullcontext()
    with _one_job_a_process, torch_threads(threads), there:
        return function(**job)


def _counted(done: Iterable[Result], jobs: int, *, quiet: bool) -> Iterable[Result]:
    """Show a bar of finished jobs in a terminal."""
    console = Console(stderr=True)
    hidden = quiet or not console.is_terminal or not _has_terminal()
    return track(done, "training", jobs, console=console, transient=True, disable=hidden)


def _has_terminal() -> bool:
    """Whether bars of this thread are the only ones; nodes side by side would mix theirs."""
    main = threading.current_thread() is threading.main_thread()
    return main and parent_process() is None


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
