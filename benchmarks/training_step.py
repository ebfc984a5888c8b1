"""Cost of the training loop: seconds an epoch against a bare torch loop and a DataLoader loop.

All three train the same LSTM on the same windows with the same optimizer, on one thread, in turns,
so that a busy machine slows all of them alike; the ratios of the medians are what counts.

    python benchmarks/training_step.py
"""

from functools import partial
from statistics import median

import torch

from dl_pipelines.data.windows import sliding_windows
from dl_pipelines.models.lstm import LSTMForecaster
from epochs import Epoch, Task, bare_loop, interleave, loader_loop, our_loop

DAYS, WINDOW, FEATURES, HIDDEN = 2000, 30, 8, 32
ROUNDS = 15


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"windows of {WINDOW} x {FEATURES}, LSTM {HIDDEN}, Adam, one thread, {ROUNDS} rounds")
    print(f"{'batch':>5}  {'ms a step':>9}  {'ours / bare':>11}  {'DataLoader / bare':>17}")
    for batch_size in (20, 256):
        task = forecasting(batch_size)
        epochs: dict[str, Epoch] = {
            "bare": bare_loop(task),
            "ours": our_loop(task),
            "loader": loader_loop(task),
        }
        seconds = {name: median(times) for name, times in interleave(epochs, ROUNDS).items()}
        step = seconds["ours"] / task.steps * 1e3
        ours, loader = (seconds[name] / seconds["bare"] for name in ("ours", "loader"))
        print(f"{batch_size:>5}  {step:>9.2f}  {ours:>11.3f}  {loader:>17.3f}")


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


if __name__ == "__main__":
    main()
