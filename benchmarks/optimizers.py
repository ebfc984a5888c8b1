"""Cost of trying optimizers: rates and seeds side by side against one network after another.

Two optimizers with nine rates and two seeds each are trained by four programs in turns, so that a
busy machine slows all of them alike. All have the same rows, the same number of steps and torch's
own optimizers. Seconds of the programs in one process
are also given as processor seconds, which other work on the machine changes less.

    python benchmarks/optimizers.py [--rounds 3]
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from dl_pipelines.data.batches import Batches
from dl_pipelines.data.parabola import parabola_parts
from dl_pipelines.training.optimizer_trials import network, tensors, train_optimizers
from dl_pipelines.training.optimizers import build_optimizer
from dl_pipelines.training.parallel import run_jobs
from results import Row, publish
from timing import Program, Seconds, compared, interleave, options

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
BARE = "one network after another, bare"


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=3)
    torch.set_num_threads(given.threads)
    curve = parabola_parts(train=3200, valid=50, test=1, noise=0.1, seed=0)
    rows: list[Row] = []
    for task, arrays, training in (("regression", curve, REGRESSION), ("MNIST", noise(), MNIST)):
        rows += compare(task, arrays, training, given.rounds)
    publish("optimizers", f"{len(trials(curve, MNIST))} networks, {given.rounds} rounds", rows)


def noise() -> Arrays:
    """Grey levels and labels of the shape of MNIST's: what they show does not change the cost."""
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (1920, 28, 28)).astype(np.uint8)
    labels = generator.integers(0, 10, len(images))
    return {"train_x": images, "train_y": labels, "valid_x": images[:50], "valid_y": labels[:50]}


def compare(task: str, arrays: Arrays, training: Mapping[str, Any], rounds: int) -> list[Row]:
    """The rows of one task; processor seconds are those of programs in one process."""
    jobs = trials(arrays, training)
    programs: dict[str, Program] = {
        BARE: lambda: [train(**job) for job in jobs],
        "the same in 2 processes": lambda: run_jobs(train, jobs, workers=2),
        "side by side": lambda: stacked(arrays, training, "sequential"),
        "side by side in 2 processes (ours)": lambda: stacked(arrays, training, "loky"),
    }
    seconds = interleave(programs, rounds)
    spent = {
        f"{name}, CPU": Seconds(own.cpu, own.cpu)
        for name, own in seconds.items()
        if "processes" not in name
    }
    label = f"optimizer_comparison, {task}: {{}}"
    return [
        *compared(seconds, BARE, label=label),
        *compared(spent, f"{BARE}, CPU", label=label),
    ]


def trials(arrays: Arrays, training: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each of the networks is trained with."""
    return [
        {"arrays": arrays, "training": training, "name": name, "rate": rate, "seed": seed}
        for name in OPTIMIZERS
        for rate in RATES
        for seed in SEEDS
    ]


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
