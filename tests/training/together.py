"""Trainings that several processes can make together; as a program, one that lasts."""

import sys
from functools import cache

import numpy as np
import psutil

from dl_pipelines.data.splits import Split
from dl_pipelines.data.tables import Table
from dl_pipelines.params import Compute, Training
from dl_pipelines.training.launch import launch_trainings
from dl_pipelines.training.tabular import _fit_stack

NOTHING = np.arange(0)
WORKER = "dl_pipelines.training.worker"


@cache
def boston():
    """The 506 houses of Boston: 13 columns, and the price."""
    from mlxtend.data import boston_housing_data

    return boston_housing_data()


def job(*, rows=506, valid=0, model=None, precision="no", checkpoints=None, **training):
    """Arguments of `_fit_stack` for some houses, the last ones to validate on."""
    x, y = (part[:rows] for part in boston())
    known = np.arange(rows)
    split = Split(known[: rows - valid], known[rows - valid :], NOTHING)
    recipe = {"epochs": 2, "batch_size": 128, "seeds": [0], **training}
    return {
        "tables": [Table(x, 13, split)],
        "targets": y,
        "architecture": "mlp",
        "model": {"hidden": [16, 32], **(model or {})},  # book 5.7.2
        "training": Training(**recipe).model_dump(),
        "compute": compute(precision=precision),
        "checkpoints": checkpoints,
        "scaling": "standard",
        "seed": 0,
    }


def compute(**settings):
    """Two processes on this machine's CPU."""
    return Compute(**{"device": "cpu", "devices": 2, **settings}).model_dump()


def kept_in(folder, every_steps=5):
    """Settings of checkpoints."""
    return {"folder": str(folder), "every_steps": every_steps, "keep": 2}


def long_job(checkpoints, epochs=60):
    """A training with all that has a state; dropout each process draws for itself."""
    return job(
        valid=106,
        model={"dropout": 0.2},
        epochs=epochs,
        batch_size=32,
        optimizer={"name": "adamw", "lr": 0.01},
        schedule={"name": "cosine"},
        ema_decay=0.9,
        patience=epochs,
        checkpoints=checkpoints,
    )


def largest_difference(states, others):
    """Between the weights of one network and those of another."""
    (state,), (other,) = states, others
    assert state.keys() == other.keys()
    return max((state[name] - other[name]).abs().max().item() for name in state)


def workers():
    """The processes that this one's trainings run in, by rank."""
    running = psutil.Process().children(recursive=True)
    commands = {process: process.cmdline() for process in running}
    found = [process for process in running if WORKER in commands[process]]
    return {process.environ().get("RANK"): process for process in found}


if __name__ == "__main__":
    launch_trainings(_fit_stack, [long_job(kept_in(sys.argv[1]), epochs=100_000)], compute())
