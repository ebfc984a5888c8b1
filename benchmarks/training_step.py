"""Cost of the training loop: a step of ours against a bare torch loop and a DataLoader loop.

All three train the same network on the same random data with the same optimizer, in turns
(`timing`): the LSTM of `stock_lstm` with the book's batch, ours and a large one, the MLP of
`house_price` and the convolutional network of `mnist_cnn`, on a few of its batches.

    python benchmarks/training_step.py [--rounds 15] [--threads 1]
"""

from functools import partial

import torch

from dl_pipelines.data.windows import sliding_windows
from dl_pipelines.models import build_classifier
from dl_pipelines.models.lstm import LSTMForecaster
from dl_pipelines.models.mlp import MLP
from epochs import Task, bare_loop, loader_loop, our_loop
from results import Row, publish
from timing import compared, interleave, options

DAYS, WINDOW, FEATURES, HIDDEN = 2000, 10, 8, 32
ROWS, COLUMNS, WIDTHS = 2000, 13, (64, 64)
IMAGES, SIZE, CLASSES, STAGES = 640, 28, 10, [[24, 24], [48, 48], [96]]


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=15)
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    rows: list[Row] = []
    for name, task in tasks().items():
        programs = {
            "bare": bare_loop(task),
            "ours": our_loop(task),
            "DataLoader": loader_loop(task),
        }
        seconds = interleave(programs, given.rounds)
        label = f"{name}, batch {task.batch_size}: {{}}"
        rows += compared(seconds, "bare", label=label, unit="ms a step", scale=1e3 / task.steps)
    about = f"a step of training, threads: {given.threads}, {given.rounds} rounds"
    publish("training_step", about, rows)


def tasks() -> dict[str, Task]:
    """What is trained, by the name of the pipeline whose network it is."""
    return {
        "stock_lstm (book)": forecasting(20),
        "stock_lstm": forecasting(64),
        "stock_lstm (large)": forecasting(256),
        "house_price": prices(),
        "mnist_cnn": digits(),
    }


def forecasting(batch_size: int) -> Task:
    """A small LSTM on overlapping windows."""
    return Task(
        inputs=sliding_windows(torch.randn(DAYS + WINDOW - 1, FEATURES), WINDOW),
        targets=torch.randn(DAYS, 1),
        batch_size=batch_size,
        model=partial(LSTMForecaster, features=FEATURES, hidden=HIDDEN),
        optimizer={"name": "adam", "lr": 1e-3},
        loss="mse",
    )


def prices() -> Task:
    """A small MLP on rows of a table."""
    return Task(
        inputs=torch.randn(ROWS, COLUMNS),
        targets=torch.randn(ROWS, 1),
        batch_size=32,
        model=partial(MLP, features=COLUMNS, hidden=list(WIDTHS)),
        optimizer={"name": "adamw", "lr": 1e-3},
        loss="mse",
    )


def digits() -> Task:
    """A convolutional network on images of grey levels."""
    settings = {"stages": STAGES}
    return Task(
        inputs=torch.randint(0, 256, (IMAGES, SIZE, SIZE), dtype=torch.uint8),
        targets=torch.randint(0, CLASSES, (IMAGES,)),
        batch_size=128,
        model=partial(build_classifier, "convnet", settings, size=SIZE, classes=CLASSES),
        optimizer={"name": "adamw", "lr": 1e-3},
        loss="cross_entropy",
    )


if __name__ == "__main__":
    main()
