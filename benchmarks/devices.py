"""One network trained by one process, on one and on two threads, and by two processes (gloo).

The global batch is the same, so all learn the same; they take turns, so that a busy machine slows
all of them alike, and the ratios of the medians are what counts. What it takes to start the
processes is not in them, and told apart.

    python benchmarks/devices.py [ROUNDS]
"""

import sys
import time
from statistics import median
from typing import Any

import numpy as np

from dl_pipelines.data.splits import Split
from dl_pipelines.params import Compute, Training
from dl_pipelines.training.fitting import fit_one
from dl_pipelines.training.launch import launch_trainings
from dl_pipelines.training.network import Trained
from dl_pipelines.training.parallel import torch_threads

DAYS, FEATURES, WINDOW = 4096, 8, 30
SIZES = {"small": (32, 64, 2), "large": (256, 1024, 1)}  # hidden units, batch, epochs


def main(rounds: int) -> None:
    """Print the table."""
    print(
        f"LSTM on {DAYS} windows of {WINDOW} x {FEATURES}, Adam, {rounds} rounds; seconds an epoch"
    )
    print("hidden  batch  1 process  2 threads  2 processes  seconds to start them")
    for hidden, batch, epochs in SIZES.values():
        job = forecaster(hidden, batch, epochs)
        seconds: dict[str, list[float]] = {"1": [], "2 threads": [], "2 processes": [], "start": []}
        for _ in range(rounds):
            seconds["1"].append(alone(job, threads=1))
            seconds["2 threads"].append(alone(job, threads=2))
            start = time.perf_counter()
            fit: Trained
            (fit,) = launch_trainings(fit_one, [job], job["compute"])
            seconds["2 processes"].append(fit.seconds)
            seconds["start"].append(time.perf_counter() - start - fit.seconds)
        middle = {name: median(times) for name, times in seconds.items()}
        threads, processes = (middle[name] / middle["1"] for name in ("2 threads", "2 processes"))
        print(
            f"{hidden:>6}  {batch:>5}  {middle['1'] / epochs:>9.2f}  {threads:>7.2f} x  "
            f"{processes:>9.2f} x  {middle['start']:>21.1f}"
        )


def forecaster(hidden: int, batch: int, epochs: int) -> dict[str, Any]:
    """Arguments of `fit_one`."""
    generator = np.random.default_rng(0)
    values = generator.normal(size=(DAYS + WINDOW - 1, FEATURES))
    known = np.arange(len(values))
    return {
        "values": values,
        "targets": values[:, 0],
        "split": Split(known, known[:0], known[:0]),
        "window": WINDOW,
        "architecture": "lstm",
        "model": {"hidden": hidden},
        "training": Training(epochs=epochs, batch_size=batch).model_dump(),
        "compute": Compute(device="cpu", devices=2).model_dump(),
        "checkpoints": None,
        "seed": 0,
    }


def alone(job: dict[str, Any], *, threads: int) -> float:
    """Seconds of a training in this process."""
    with torch_threads(threads):
        return fit_one(**job, progress=False).seconds


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
