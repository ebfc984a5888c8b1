"""A training with everything that has a state; as a program, trained until it is killed."""

import sys

import torch
from torch import nn

from dl_pipelines.params import Training
from dl_pipelines.training.supervised import train_supervised

MANY_EPOCHS = 100


def line():
    """Inputs and targets of a noisy line, [40, 2] and [40, 1]."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(40, 2, generator=generator)
    noise = torch.randn(40, 1, generator=generator)
    return x, x @ torch.tensor([[2.0], [-1.0]]) + 0.5 + 0.1 * noise


def recipe(**settings):
    """Settings of `train_supervised`; an epoch of `line` has 5 steps."""
    chosen = Training(**{"epochs": 3, "batch_size": 8, **settings}).model_dump()
    del chosen["seeds"]
    return {"seed": 0, **chosen}


def train(checkpoints, *, epochs=3, progress=False):
    """Train with everything that has a state, always from the same start."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 1))
    settings = recipe(
        epochs=epochs,
        optimizer={"name": "adamw", "lr": 0.02},
        schedule={"name": "one_cycle"},
        clip_norm=1.0,
        ema_decay=0.9,
        patience=epochs,
    )
    return train_supervised(
        model, line(), line(), **settings, checkpoints=checkpoints, progress=progress
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    train({"folder": sys.argv[1], "every_steps": 3, "keep": 2}, epochs=MANY_EPOCHS)
