"""What a command costs: seconds, processor seconds and memory of all its processes."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.25
LOOKING = 0.05  # most of one processor that looking may take: the kernel walks all pages
MEBIBYTE = 2**20
# A user's server, environment of Kedro or token would change what is measured and where it is
# tracked: a copy's runs must never reach a team's server, where they could move the champion.
FOREIGN = ("MLFLOW_", "KEDRO_", "TUSHARE_")


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes:
        exit_code: Its exit code.
        seconds: Wall time, s.
        cpu_seconds: Processor time of all processes, s.
        peak_mb: Most memory of all processes together, shared pages counted once, MiB.
    """

    exit_code: int
    seconds: float
    cpu_seconds: float
    peak_mb: int


def measure(command: Sequence[str], folder: Path, output: Path | None = None) -> Cost:
    """Run a command and look at its processes up to four times a second.

    It does not see the user's settings of MLflow, Kedro and tushare.

    Args:
        command: Program and arguments.
        folder: Where it runs.
        output: File that what it prints goes to; nowhere if None.
    """
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN) or name.endswith("_TELEMETRY")  # what is off stays off
    }
    start, peak, spent = time.perf_counter(), 0, 0.0
    with (output or Path("/dev/null")).open("w") as printed:
        process = psutil.Popen(
            command,
            cwd=folder,
            env=own,
            stdout=printed,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        while process.poll() is None:
            looked = time.perf_counter()
            memory, seconds = usage(process)
            peak, spent = max(peak, memory), max(spent, seconds)
            time.sleep(max(SAMPLE_SECONDS, (time.perf_counter() - looked) / LOOKING))
    seconds = time.perf_counter() - start
    return Cost(process.returncode, round(seconds, 1), round(spent, 1), round(peak / MEBIBYTE))


def usage(process: psutil.Process) -> tuple[int, float]:
    """Bytes of the process and all below it, and their CPU seconds.

    Shared pages are counted once where the system can tell (Linux), and not at all elsewhere.
    """
    memory, seconds = 0, 0.0
    try:
        for member in [process, *process.children(recursive=True)]:
            info = member.memory_full_info()
            memory += getattr(info, "pss", info.uss)
            times = member.cpu_times()
            seconds += times.user + times.system + times.children_user + times.children_system
    except psutil.Error:  # one that has just ended
        pass
    return memory, seconds
