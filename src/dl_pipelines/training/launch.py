"""Trainings by several processes each, on many devices or machines, by torch's elastic launcher.

The jobs are written to a folder, `training.worker` trains them, and the results are read. Where a
process is killed, all start again from the last checkpoint.
"""

import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from dl_pipelines import errors
from dl_pipelines.errors import DlPipelinesError, SettingError
from dl_pipelines.training.agent import NOT_MET
from dl_pipelines.training.job_files import read_value, write_value
from dl_pipelines.training.worker import TRAININGS

Result = TypeVar("Result")

MAX_RESTARTS = 3  # of one launch
_ANSWER_SECONDS = 60  # of the first machine
_LOOK_SECONDS = 0.1
_END_SECONDS = 15.0  # in which processes end that are asked to

logger = logging.getLogger(__name__)


def launch_trainings(
    function: Callable[..., Result], jobs: Sequence[Mapping[str, Any]], compute: Mapping[str, Any]
) -> list[Result]:
    """Train one job after another, each by `devices` processes on each of `nodes` machines.

    Args:
        function: One of `worker.TRAININGS`.
        jobs: Its keyword arguments, without `progress`.
        compute: Settings of `params.Compute`.

    Returns:
        The results, in the order of the jobs.

    Raises:
        SettingError: If this training is one for a single process, or a worker says so.
        DlPipelinesError: If a worker says so, or processes end again and again.
    """
    name = f"{function.__module__}:{function.__qualname__}"
    if name not in TRAININGS:
        raise SettingError(
            f"the settings 'devices' and 'nodes' are {compute['devices']} and {compute['nodes']}, "
            "but these networks are trained by one process: set both to 1."
        )
    jobs = [_anywhere(job) for job in jobs]
    with _job_folder(jobs, compute["nodes"]) as folder:
        told = {"function": name, "jobs": jobs, "compute": compute, "progress": True}
        write_value(folder / "jobs", told)
        _run(folder, compute)
        return [read_value(folder / f"result-{number}") for number in range(len(jobs))]


def _anywhere(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job that names the same folder of checkpoints in whichever folder a process runs.

    Which machine writes them is torch's choice, and another one after the next start.
    """
    kept = job["checkpoints"]
    if kept and kept["folder"] is not None:
        kept = {**kept, "folder": str(Path(kept["folder"]).resolve())}
    return {**job, "checkpoints": kept}


@contextmanager
def _job_folder(jobs: Sequence[Mapping[str, Any]], nodes: int) -> Iterator[Path]:
    """A folder for one launch: with the checkpoints, which other machines see too, or temporary.

    It is left behind where processes failed, as their tracebacks are in it.
    """
    shared = (jobs[0]["checkpoints"] or {}).get("folder")
    if nodes == 1:
        folder = Path(tempfile.mkdtemp(prefix="dl_pipelines-"))
    elif shared is None:
        raise SettingError(
            f"the setting 'nodes' is {nodes}, and 'checkpoints.folder' is null: set it to a folder "
            "that all machines see."
        )
    else:
        folder = Path(shared) / f"jobs-{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        if not (folder / "failure.txt").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, compute: Mapping[str, Any]) -> None:
    """Start the processes, and wait for them."""
    told = {"arguments": _arguments(folder, compute), "threads": compute["threads"]}
    (folder / "launch.json").write_text(json.dumps(told))
    command = ["-m", "dl_pipelines.training.agent", str(folder)]
    if (others := compute["nodes"] - 1) > 0:
        joining = " ".join(["python", *command])
        logger.warning("The training waits for %d more machine(s) to run: %s", others, joining)
    # in a session of its own: a Ctrl-C is this process's, which ends the others in good order
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, *command, str(os.getpid())], start_new_session=True
    )
    try:
        while process.poll() is None and not (folder / "error.json").exists():
            time.sleep(_LOOK_SECONDS)
    finally:
        _end(process)
    if process.returncode == NOT_MET and others:
        raise SettingError(
            f"the {compute['nodes']} machines did not meet at '{compute['rendezvous']}': set "
            "'compute.rendezvous' to an address of this machine and a free port that the others "
            "reach, and start the others in time."
        )
    raise_failure(folder, process.returncode)


def _arguments(folder: Path, compute: Mapping[str, Any]) -> list[str]:
    """Of torch's launcher."""
    meeting = ["--standalone", "--local-addr=localhost"]
    if compute["nodes"] > 1:
        meeting = ["--rdzv-backend=c10d", f"--rdzv-endpoint={compute['rendezvous']}"]
        meeting.append(f"--rdzv-id={folder.name}")
        meeting.append(f"--rdzv-conf=read_timeout={_ANSWER_SECONDS}")
    size = [f"--nnodes={compute['nodes']}", f"--nproc-per-node={compute['devices']}"]
    restarts = f"--max-restarts={MAX_RESTARTS}"
    return [*size, *meeting, restarts, "-m", "dl_pipelines.training.worker", str(folder)]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the launcher, which ends its workers; they end by themselves where it is killed."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def raise_failure(folder: Path, returncode: int) -> None:
    """Raise what a worker or the launcher reported.

    Raises:
        DlPipelinesError: If there is something.
    """
    if (error := folder / "error.json").exists():
        told = json.loads(error.read_text())
        kind: type[DlPipelinesError] = getattr(errors, told["kind"])
        raise kind(told["sentence"])
    if returncode != 0:
        report = folder / "failure.txt"
        reason = report.read_text() if report.exists() else f"the launcher ended with {returncode}"
        logs = ", ".join(str(path) for path in sorted(folder.glob("rank-*.txt")))
        where = f"look into {logs}" if logs else "look whether its memory was enough"
        raise DlPipelinesError(
            f"a training by several processes failed {MAX_RESTARTS + 1} times ({reason}): {where}, "
            "or set 'devices' and 'nodes' to 1."
        )
