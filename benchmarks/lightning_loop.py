"""Cost of training the network of `stock_lstm`: our loop, a plain Lightning loop and a bare one.

All train the same LSTM on the CSI300's training days, with the same standardised windows, batches,
optimizer and number of epochs, and without validation, logging or checkpoints, in turns
(`timing`). Lightning's part is what its documentation begins with: a module, a Trainer and a
DataLoader. Seconds are those of the whole training, set-up included, as for each seed of a run.

    python benchmarks/lightning_loop.py [--rounds 5] [--threads 1]     # needs the extra `bench`
"""

import logging
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn, optim
from torch.utils.data import DataLoader, TensorDataset

from dl_pipelines.data.scalers import Standardizer
from dl_pipelines.data.windows import sliding_windows, take_rows
from dl_pipelines.models import build_network
from dl_pipelines.params import Training
from dl_pipelines.training.supervised import train_supervised
from peers.protocol import Exam, pipeline_settings
from results import publish
from timing import Program, compared, interleave, options

try:
    from lightning import pytorch as lightning
except ImportError:
    sys.exit("lightning is not installed: pip install 'dl_pipelines[bench]'.")

EPOCHS, BATCH, RATE = 12, 64, 2e-3


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=5)
    warnings.filterwarnings("ignore")
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)
    torch.set_num_threads(given.threads)
    x, y = samples()
    programs: dict[str, Program] = {
        "bare": lambda: bare(x, y),
        "ours": lambda: ours(x, y),
        "DataLoader": lambda: with_loader(x, y),
        "Lightning": lambda: by_lightning(x, y),
    }
    seconds = interleave(programs, given.rounds)
    rows = compared(seconds, "bare", label="stock_lstm's network: {}", unit="s a training")
    about = f"{len(x)} windows, {EPOCHS} epochs, batch {BATCH}, threads: {given.threads}"
    publish("lightning_loop", f"{about}, {given.rounds} rounds", rows)


def samples() -> tuple[Tensor, Tensor]:
    """Windows [N, T, F] and targets [N, 1] of the training days, standardised."""
    exam, window = Exam.read(), pipeline_settings()["forecaster"]["window"]
    task = exam.task()
    days = torch.tensor(exam.split(task).train[window - 1 :])
    values, targets = torch.tensor(task.values), torch.tensor(task.targets)[:, None]
    x = sliding_windows(Standardizer.fit(values[days]).transform(values).float(), window)
    y = Standardizer.fit(targets[days]).transform(targets).float()
    return take_rows(x, days.numpy() - (window - 1)), take_rows(y, days.numpy())


def network(x: Tensor) -> nn.Module:
    """The pipeline's network."""
    return build_network("lstm", pipeline_settings()["forecaster"]["network"], features=x.shape[-1])


def ours(x: Tensor, y: Tensor) -> None:
    """The project's training."""
    recipe = Training.model_validate(
        {"epochs": EPOCHS, "batch_size": BATCH, "optimizer": {"name": "adamw", "lr": RATE}}
    )
    settings = recipe.model_dump(exclude={"seeds"})
    train_supervised(network(x), (x, y), None, seed=0, **settings)


def bare(x: Tensor, y: Tensor) -> None:
    """What one would write by hand: batches by index, and each epoch's mean loss."""
    by_hand(x, lambda: ((x[rows], y[rows]) for rows in torch.randperm(len(x)).split(BATCH)))


def with_loader(x: Tensor, y: Tensor) -> None:
    """The same by the loader that Lightning has: what is left of its time is Lightning's own."""
    loader = DataLoader(TensorDataset(x, y), BATCH, shuffle=True)
    by_hand(x, lambda: loader)


def by_hand(x: Tensor, batches: Callable[[], Iterable[Sequence[Tensor]]]) -> None:
    """A loop over an epoch's batches (inputs, targets)."""
    model = network(x)
    optimizer = optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0, fused=True)
    for _ in range(EPOCHS):
        total = torch.zeros(())
        for inputs, targets in batches():
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(inputs)
        total.item()


class Module(lightning.LightningModule):
    """The network as Lightning wants it."""

    def __init__(self, model: nn.Module) -> None:
        """Hold the network."""
        super().__init__()
        self.model = model

    def training_step(self, batch: list[Tensor], number: int) -> Tensor:
        """Loss of a batch."""
        x, y = batch
        return nn.functional.mse_loss(self.model(x), y)

    def configure_optimizers(self) -> optim.Optimizer:
        """The same as that of the others."""
        return optim.AdamW(self.parameters(), lr=RATE, weight_decay=0.0, fused=True)


def by_lightning(x: Tensor, y: Tensor) -> None:
    """Lightning's training."""
    trainer = lightning.Trainer(
        max_epochs=EPOCHS,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Module(network(x)), DataLoader(TensorDataset(x, y), BATCH, shuffle=True))


if __name__ == "__main__":
    main()
