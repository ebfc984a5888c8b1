"""Cost of the training loop: seconds an epoch against a bare torch loop and a DataLoader loop.

All three train the same LSTM on the same windows with the same optimizer, on one thread, in turns,
so that a busy machine slows all of them alike; the ratios of the medians are what counts.

    python benchmarks/training_step.py
"""

import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from dl_pipelines.data.batches import Batches
from dl_pipelines.data.windows import sliding_windows
from dl_pipelines.models.lstm import LSTMForecaster
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.loop import fit
from dl_pipelines.training.losses import build_loss
from dl_pipelines.training.optimizers import build_optimizer, build_schedule
from dl_pipelines.training.steps import supervised_step

DAYS, WINDOW, FEATURES, HIDDEN = 2000, 30, 8, 32
ROUNDS = 15
Epoch = Callable[[], object]


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    windows = sliding_windows(torch.randn(DAYS + WINDOW - 1, FEATURES), WINDOW)
    targets = torch.randn(DAYS, 1)
    print(f"windows of {WINDOW} x {FEATURES}, LSTM {HIDDEN}, Adam, one thread, {ROUNDS} rounds")
    print(f"{'batch':>5}  {'ms a step':>9}  {'ours / bare':>11}  {'DataLoader / bare':>17}")
    for batch_size in (20, 256):
        epochs = {
            "bare": bare_loop(windows, targets, batch_size),
            "ours": our_loop(windows, targets, batch_size),
            "loader": loader_loop(windows, targets, batch_size),
        }
        seconds = {name: median(times) for name, times in interleave(epochs).items()}
        step = seconds["ours"] / -(-DAYS // batch_size) * 1e3
        ours, loader = (seconds[name] / seconds["bare"] for name in ("ours", "loader"))
        print(f"{batch_size:>5}  {step:>9.2f}  {ours:>11.3f}  {loader:>17.3f}")


def interleave(epochs: dict[str, Epoch]) -> dict[str, list[float]]:
    """Seconds of each epoch, run in turns after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in epochs}
    for number in range(ROUNDS + 1):
        for name, epoch in epochs.items():
            start = time.perf_counter()
            epoch()
            if number > 0:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def our_loop(windows: Tensor, targets: Tensor, batch_size: int) -> Epoch:
    """The project's loop, with a schedule."""
    model = LSTMForecaster(features=FEATURES, hidden=HIDDEN)
    optimizer = build_optimizer(model.parameters(), name="adam", lr=1e-3)
    batches = Batches([windows, targets], batch_size, shuffle=True, seed=0)
    schedule = build_schedule(optimizer, name="constant", epochs=1, steps_per_epoch=len(batches))
    rate = LearningRate(optimizer, schedule, monitor="train_loss")
    step = supervised_step(model, optimizer, build_loss(name="mse"), build_accelerator("cpu"))
    return lambda: fit(model, step, batches, epochs=1, callbacks=[rate])


def bare_loop(windows: Tensor, targets: Tensor, batch_size: int) -> Epoch:
    """What one would write by hand: batches by index, and the epoch's mean loss."""

    def batches() -> Iterator[tuple[Tensor, ...]]:
        order = torch.randperm(len(windows)).split(batch_size)
        return ((windows[rows], targets[rows]) for rows in order)

    return _plain(batches)


def loader_loop(windows: Tensor, targets: Tensor, batch_size: int) -> Epoch:
    """The textbook way: a DataLoader in this process."""
    loader = DataLoader(TensorDataset(windows, targets), batch_size, shuffle=True)
    return _plain(lambda: loader)


def _plain(batches: Callable[[], Iterable[tuple[Tensor, ...]]]) -> Epoch:
    model = LSTMForecaster(features=FEATURES, hidden=HIDDEN)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def epoch() -> float:
        total = torch.zeros(())
        for inputs, labels in batches():
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(inputs), labels)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(inputs)
        return total.item() / DAYS

    return epoch


if __name__ == "__main__":
    main()
