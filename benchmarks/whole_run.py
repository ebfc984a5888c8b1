"""Wall time and peak memory of a whole run, warm: what a user of `make run` waits for.

Usage: python benchmarks/whole_run.py [runs]
"""

import statistics
import subprocess
import sys
import time

import psutil

COMMAND = [sys.executable, "-m", "kedro", "run", "--pipelines", "stock_lstm"]
MEBIBYTE = 2**20


def run() -> tuple[float, float]:
    """Run the pipeline once.

    Returns:
        Seconds, and the peak resident memory of the largest process in MiB.
    """
    start, peak = time.perf_counter(), 0
    process = psutil.Popen(COMMAND, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max([peak, *_resident(process)])
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"the run failed with exit code {process.returncode}")
    return time.perf_counter() - start, peak / MEBIBYTE


def _resident(process: psutil.Popen) -> list[int]:
    """Memory of the process and all below it; one that has just ended has none."""
    try:
        family = [process, *process.children(recursive=True)]
        return [member.memory_info().rss for member in family]
    except psutil.Error:
        return []


def main() -> None:
    """Print the median of several runs, after one that warms the caches up."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    _, *measured = [run() for _ in range(runs + 1)]
    seconds, peaks = zip(*measured, strict=True)
    print(f"wall time {statistics.median(seconds):.1f} s ({min(seconds):.1f}-{max(seconds):.1f})")
    print(f"peak memory of the largest process {max(peaks):.0f} MiB, {runs} runs")


if __name__ == "__main__":
    main()
