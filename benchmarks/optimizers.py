"""Cost of trying optimizers: rates and seeds side by side against one network after another.

Two optimizers with nine rates and two seeds each are trained by four programs in turns, so that a
busy machine slows all of them alike; the ratios of the medians are what counts. All have the same
rows, the same number of steps and torch's own optimizers. Seconds of the programs in one process
are also given as processor seconds, which other work on the machine changes less.

    python benchmarks/optimizers.py
"""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from dl_pipelines.data.batches import Batches
from dl_pipelines.data.parabola import parabola_parts
from dl_pipelines.training.optimizer_trials import network, tensors, train_optimizers
from dl_pipelines.training.optimizers import build_optimizer
from dl_pipelines.training.parallel import run_jobs

Arrays = Mapping[str, Any]

OPTIMIZERS, SEEDS = ("momentum", "adam"), (0, 1)
RATES = [float(rate) for rate in np.geomspace(1e-4, 1e-1, 9)]
SHARED = {
    "epochs": 1,
    "switch_epoch": 1,
    "switch_factor": 1.0,
    "momentum": 0.9,
    "betas": (0.9, 0.999),
    "weight_decay": 0.0,
}
REGRESSION = SHARED | {"hidden": (20,), "loss": "mse", "batch_size": 32}
MNIST = SHARED | {"hidden": (32,), "loss": "cross_entropy", "batch_size": 64}
LOSSES = {"mse": functional.mse_loss, "cross_entropy": functional.cross_entropy}
ROUNDS = 3


def main() -> None:
    """Print the tables."""
    torch.set_num_threads(1)
    curve = parabola_parts(train=3200, valid=50, test=1, noise=0.1, seed=0)
    for task, arrays, training in (("regression", curve, REGRESSION), ("MNIST", noise(), MNIST)):
        compare(task, arrays, training)


def noise() -> Arrays:
    """Grey levels and labels of the shape of MNIST's: what they show does not change the cost."""
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (1920, 28, 28)).astype(np.uint8)
    labels = generator.integers(0, 10, len(images))
    return {"train_x": images, "train_y": labels, "valid_x": images[:50], "valid_y": labels[:50]}


def compare(task: str, arrays: Arrays, training: Mapping[str, Any]) -> None:
    """Print the table of one task."""
    jobs = [
        {"arrays": arrays, "training": training, "name": name, "rate": rate, "seed": seed}
        for name in OPTIMIZERS
        for rate in RATES
        for seed in SEEDS
    ]
    programs: dict[str, Callable[[], object]] = {
        "one network after another": lambda: [train(**job) for job in jobs],
        "... in 2 processes": lambda: run_jobs(train, jobs, workers=2),
        "side by side": lambda: stacked(arrays, training, "sequential"),
        "... in 2 processes (ours)": lambda: stacked(arrays, training, "loky"),
    }
    times = interleave(programs)
    steps = len(arrays["train_x"]) // training["batch_size"]
    print(f"{task}: {len(jobs)} networks, {steps} steps each, {ROUNDS} rounds")
    print(f"{'':<26} {'seconds':>7}  {'times as fast':>13}  {'CPU seconds':>11}")
    baseline = median(wall for wall, _ in times["one network after another"])
    for program, both in times.items():
        wall, cpu = (median(own) for own in zip(*both, strict=True))
        shown = "" if "processes" in program else f"{cpu:>11.2f}"
        print(f"{program:<26} {wall:>7.2f}  {baseline / wall:>13.2f}  {shown}".rstrip())


def interleave(
    programs: dict[str, Callable[[], object]],
) -> dict[str, list[tuple[float, float]]]:
    """Wall and processor seconds of each program, run in turns after one round to warm up."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for number in range(ROUNDS + 1):
        for name, program in programs.items():
            wall, cpu = time.perf_counter(), time.process_time()
            program()
            if number > 0:
                seconds[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return seconds


def stacked(arrays: Arrays, training: Mapping[str, Any], backend: str) -> None:
    """The project's way: the networks of an optimizer as one."""
    train_optimizers(
        arrays,
        "valid",
        rates=dict.fromkeys(OPTIMIZERS, RATES),
        seeds=SEEDS,
        every=None,
        training=training,
        compute={"device": "cpu", "backend": backend, "workers": 2},
    )


def train(
    *, arrays: Arrays, training: Mapping[str, Any], name: str, rate: float, seed: int
) -> float:
    """What one would write by hand: a bare loop over batches that lie in memory."""
    rows, scored = (
        tensors((arrays[f"{part}_x"], arrays[f"{part}_y"]), torch.device("cpu"))
        for part in ("train", "valid")
    )
    model, loss = network(rows, seed, training), LOSSES[training["loss"]]
    optimizer = build_optimizer(model.parameters(), name=name, lr=rate)
    for x, y in Batches(rows, training["batch_size"], shuffle=True, seed=seed):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        return loss(model(scored[0]), scored[1]).item()


if __name__ == "__main__":
    main()
