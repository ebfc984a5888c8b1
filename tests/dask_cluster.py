"""A Dask cluster as users start one: a scheduler and workers, each a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_SECONDS = 60.0


@dataclass
class Cluster:
    """Processes that run.

    Attributes:
        address: Of the scheduler.
        scheduler: Its process.
        workers: Theirs; they have one thread each, and nobody starts them again.
    """

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Start a cluster on free ports, and end it, whatever has become of its processes.

    Args:
        folder: An empty folder, in which the processes work.
        workers: How many.
    """
    file = folder / "scheduler.json"
    command = ["dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    cluster = Cluster("", _start(command, folder))
    try:
        _wait_for(file, cluster.scheduler)
        from distributed import Client

        cluster.address = json.loads(file.read_text())["address"]
        command = ["dask_worker", cluster.address, "--nthreads", "1", "--no-nanny"]
        command += ["--no-dashboard", "--local-directory", str(folder)]
        cluster.workers = [_start(command, folder) for _ in range(workers)]
        with Client(cluster.address, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, _SECONDS)
        yield cluster
    finally:
        for process in (*cluster.workers, cluster.scheduler):
            process.kill()
            process.wait()


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    module, *arguments = command
    command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
    return subprocess.Popen(command, cwd=folder, **silent)


def _wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not (file.exists() and file.read_text().rstrip().endswith("}")):
        assert process.poll() is None, "the scheduler has ended"
        assert time.monotonic() < deadline
        time.sleep(0.02)
