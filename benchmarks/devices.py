"""One network trained by one process, on one and on two threads, and by two processes (gloo).

The global batch is the same, so all learn the same; they take turns, so that a busy machine slows
all of them alike. What it takes to start the processes is not in the seconds an epoch, and told
apart.

    python benchmarks/devices.py [--rounds 5]
"""

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
from results import Row, publish
from timing import Seconds, compared, options

DAYS, FEATURES, WINDOW = 4096, 8, 30
SIZES = {"small": (32, 64, 2), "large": (256, 1024, 1)}  # hidden units, batch, epochs


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=5)
    rows: list[Row] = []
    for name, (hidden, batch, epochs) in SIZES.items():
        job = forecaster(hidden, batch, epochs)
        seconds = {way: Seconds([], []) for way in ("1 process", "2 threads", "2 processes")}
        starts = []
        for _ in range(given.rounds):
            seconds["1 process"].wall.append(alone(job, threads=1))
            seconds["2 threads"].wall.append(alone(job, threads=2))
            start = time.perf_counter()
            fit: Trained
            (fit,) = launch_trainings(fit_one, [job], job["compute"])
            seconds["2 processes"].wall.append(fit.seconds)
            starts.append(time.perf_counter() - start - fit.seconds)
        label = f"{name} LSTM ({hidden}), batch {batch}: {{}}"
        rows += compared(seconds, "1 process", label=label, unit="s an epoch", scale=1 / epochs)
        rows.append(Row(label.format("to start 2 processes"), median(starts), "s"))
    about = f"LSTM on {DAYS} windows of {WINDOW} x {FEATURES}, Adam, {given.rounds} rounds"
    publish("devices", about, rows)


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
    main()
