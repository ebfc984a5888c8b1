"""One forecaster for many symbols: fit with several seeds, and forecast.

Shapes: N samples, F features, T days of a window, n samples of a part.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from dl_pipelines.data.panel_windows import PanelWindows, WindowBatches, shared_tensor
from dl_pipelines.data.scalers import Standardizer
from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.data.windows import sliding_windows
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_network, build_scaled
from dl_pipelines.processes import end_pool
from dl_pipelines.training.assembly import build_batches, move
from dl_pipelines.training.losses import LossFunction, build_loss
from dl_pipelines.training.network import Method, Trained, train_network
from dl_pipelines.training.parallel import one_thread, run_trainings
from dl_pipelines.training.scaling import State, scaled_state
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.steps import supervised_step

if TYPE_CHECKING:
    from accelerate import Accelerator

Floats = NDArray[np.float32]

_ROWS_AT_ONCE = 2048  # windows forecast or validated at a time: more take memory, not less time


def fit_panel(
    values: Floats,
    targets: Floats,
    splits: Sequence[Split],
    *,
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    **settings: Any,
) -> list[list[Trained]]:
    """Fit one forecaster of all symbols for each split and each seed, all in one pool.

    Args:
        values: Features of each sample, the last one the number of its symbol, [N, F].
        targets: What each sample's window forecasts, [N].
        splits: Samples to train and to validate on, each the last of a whole window.
        training: Settings of `params.Training`.
        compute: Settings of `params.Compute`.
        settings: `window` (T), `architecture` (a key of `models.ARCHITECTURES`), `model` (its
            settings without `features`) and `checkpoints` (settings of `params.Checkpoints` or
            None).

    Returns:
        For each split the trainings by seed; the states are those of `Scaled` networks.

    Raises:
        SettingError: If there is nothing to train on, a setting does not fit, or training diverges.
    """
    seeds = training["seeds"]
    data = {"values": values, "targets": targets}
    shared = {**settings, **data, "training": training, "compute": compute}
    jobs = [{**shared, "split": split, "seed": seed} for split in splits for seed in seeds]
    fits = run_trainings(_fit_one, jobs, compute)
    end_pool()  # its memory is worth more to what comes next than its start
    return [fits[first : first + len(seeds)] for first in range(0, len(fits), len(seeds))]


def forecast_panel(
    states: Sequence[State],
    values: Floats,
    ends: Indices,
    *,
    learnt: NDArray[np.bool_],
    window: int,
    architecture: str,
    model: Mapping[str, Any],
) -> NDArray[np.float64]:
    """Forecast by the mean of networks of several seeds.

    Args:
        states: The state_dict of each seed's `Scaled` network.
        values: Features of each sample, [N, F].
        ends: Samples to forecast, [n].
        learnt: By number, whether the networks have seen a symbol, [S + 1]; the others are
            forecast as unknown ones.
        window: Days of a window, T.
        architecture: A key of `models.ARCHITECTURES`.
        model: Settings of that architecture, without `features`.

    Returns:
        Forecasts in the target's units, [n].
    """
    windows = sliding_windows(shared_tensor(values), window)
    starts = torch.split(torch.from_numpy(ends - (window - 1)), _ROWS_AT_ONCE)
    with torch.inference_mode(), one_thread():
        networks = [build_scaled(architecture, model, state) for state in states]
        means = [_mean(networks, windows[rows], torch.from_numpy(learnt)) for rows in starts]
    return torch.cat(means)[:, 0].double().numpy()


def _mean(networks: Sequence[nn.Module], x: Tensor, learnt: Tensor) -> Tensor:
    """The mean of the networks' outputs; windows of symbols that were not learnt are of none."""
    x[..., -1] *= learnt[x[..., -1].long()]
    return torch.stack([network(x) for network in networks]).mean(dim=0)


def _fit_one(
    *,
    values: Floats,
    targets: Floats,
    split: Split,
    window: int,
    architecture: str,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
    seed: int,
    progress: bool,
) -> Trained:
    """Fit the scalers and one network; see `fit_panel`."""
    if len(split.train) == 0:
        raise SettingError("no symbol has a day to train on: set a later test_start.")
    days, highs = shared_tensor(values), shared_tensor(targets)[:, None]  # [N, F], [N, 1]
    inputs, outputs = _scalers(days, highs, split.train)
    with seed_everything(seed):
        network = build_network(architecture, model, features=values.shape[1])
    tensors = [days, highs, inputs.mean, inputs.scale, outputs.mean, outputs.scale]
    train, valid = ([torch.from_numpy(part), *tensors] for part in (split.train, split.valid))
    fit = train_network(
        network,
        train,
        valid if len(split.valid) else None,
        method=_method(build_loss(**training["loss"]), window),
        seed=seed,
        device=compute["device"],
        precision=compute["precision"],
        checkpoints=checkpoints,
        progress=progress,
        recipe={name: value for name, value in training.items() if name != "seeds"},  # type: ignore[arg-type]
        window=window,
    )
    state = scaled_state(fit.state, inputs, outputs)
    return Trained(state, [{"seed": seed, **row} for row in fit.history], fit.seconds)


def _method(loss: LossFunction, window: int) -> Method:
    """Supervised learning of windows that are cut when a batch needs them."""
    return Method(
        lambda net, updater, where: supervised_step(net, updater, loss, where),
        validate=partial(_panel_loss, loss, window),
        batching=lambda *where: _panel_batches(*where, window=window),
    )


def _scalers(days: Tensor, highs: Tensor, train: Indices) -> tuple[Standardizer, Standardizer]:
    """Scalings that the training samples say; the number of the symbol stays as it is."""
    # Column by column: the training rows of all columns would be most of the panel once more.
    columns = [Standardizer.fit(column[train]) for column in days[:, :-1].T]
    mean = torch.stack([*(column.mean for column in columns), torch.tensor(0.0)])
    scale = torch.stack([*(column.scale for column in columns), torch.tensor(1.0)])
    return Standardizer(mean, scale), Standardizer.fit(highs[train])


def _panel_batches(
    tensors: Sequence[Tensor],
    model: nn.Module,
    accelerator: "Accelerator",
    *recipe: Any,
    window: int,
) -> WindowBatches:
    ends, *panel = tensors
    windows = PanelWindows(move(panel, accelerator), window)
    return WindowBatches(windows, build_batches([ends], model, accelerator, *recipe))


@torch.no_grad()
def _panel_loss(
    loss_function: LossFunction, window: int, model: nn.Module, tensors: Sequence[Tensor]
) -> dict[str, float]:
    """`loss`: the mean over the samples to validate on, in evaluation mode."""
    ends, *panel = tensors
    windows, total = PanelWindows(panel, window), 0.0
    model.eval()
    for rows in torch.split(ends, _ROWS_AT_ONCE):
        x, y = windows.take(rows)
        total += loss_function(model(x), y).item() * len(rows)
    return {"loss": total / len(ends)}
