"""Cost of a cross-validation: all folds side by side against one network after another.

Ten folds of 506 rows are fitted with two seeds, by four programs in turns, so that a busy machine
slows all of them alike. All have the same rows, the same number of steps and torch's fused Adam.

    python benchmarks/cross_validation.py [--rounds 3]
"""

from typing import Any

import numpy as np
import torch
from torch import nn

from dl_pipelines.data.folds import KFold
from dl_pipelines.data.tables import Table
from dl_pipelines.models.mlp import MLP
from dl_pipelines.params import Compute, Training
from dl_pipelines.training.parallel import run_jobs
from dl_pipelines.training.tabular import fit_tables
from results import publish
from timing import Program, compared, interleave, options

ROWS, FEATURES, HIDDEN = 506, 13, [64, 64]
FOLDS, SEEDS, EPOCHS, BATCH, RATE = 10, (0, 1), 30, 32, 1e-3
BARE = "one network after another, bare"


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=3)
    torch.set_num_threads(given.threads)
    generator = np.random.default_rng(0)
    x, targets = generator.normal(size=(ROWS, FEATURES)), generator.normal(size=ROWS)
    tables = [Table(x, FEATURES, split) for split in KFold(FOLDS, seed=0).split(ROWS)]
    programs: dict[str, Program] = {
        BARE: lambda: [train(**job) for job in jobs(tables, targets)],
        "the same in 2 processes": lambda: run_jobs(train, jobs(tables, targets), workers=2),
        "folds side by side": lambda: fit(tables, targets, "sequential"),
        "folds side by side in 2 processes (ours)": lambda: fit(tables, targets, "loky"),
    }
    rows = compared(interleave(programs, given.rounds), BARE)
    about = f"{FOLDS} folds, {len(SEEDS)} seeds, {EPOCHS} epochs, batch {BATCH}"
    publish("cross_validation", f"{about}, {given.rounds} rounds", rows)


def fit(tables: list[Table], targets: np.ndarray, backend: str) -> None:
    """The project's way."""
    recipe = Training(epochs=EPOCHS, batch_size=BATCH, optimizer={"lr": RATE}, seeds=SEEDS)
    fit_tables(
        tables,
        targets,
        architecture="mlp",
        model={"hidden": HIDDEN},
        training=recipe.model_dump(),
        compute=Compute(device="cpu", backend=backend, workers=2).model_dump(),
        stacked=True,
    )


def jobs(tables: list[Table], targets: np.ndarray) -> list[dict[str, Any]]:
    """Rows to learn of each fold and seed."""
    return [
        {"x": table.x[table.split.train], "y": targets[table.split.train], "seed": seed}
        for seed in SEEDS
        for table in tables
    ]


def train(*, x: np.ndarray, y: np.ndarray, seed: int) -> float:
    """What one would write by hand: a bare loop over batches that lie in memory."""
    torch.manual_seed(seed)
    inputs, labels = torch.tensor(x).float(), torch.tensor(y).float()[:, None]
    model = MLP(features=FEATURES, hidden=HIDDEN)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, fused=True)
    for _ in range(EPOCHS):
        total = torch.zeros(())
        for rows in torch.randperm(len(inputs)).split(BATCH):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(inputs[rows]), labels[rows])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
    return total.item() / len(inputs)


if __name__ == "__main__":
    main()
