"""Forecasters of a daily series: fit with several seeds, and forecast.

Sample i is the window of the days i - T + 1 … i and the target of day i, which is known later.
Shapes: N days, T window length, F features, S seeds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.data.task import ForecastTask
from dl_pipelines.data.windows import sliding_windows, take_rows
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_scaled
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.fitting import Array, fit_one
from dl_pipelines.training.loop import Row
from dl_pipelines.training.parallel import one_thread, run_trainings
from dl_pipelines.training.scaling import State

_FORECAST_BATCH = 1024


def identity_of(state: Mapping[str, torch.Tensor], header: Mapping[str, Any]) -> str:
    """What tells one forecaster from another, in 32 hexadecimal digits.

    Args:
        state: Its weights.
        header: What else it needs, such as its calibration; its `name` does not count.
    """
    itself = {key: text for key, text in header.items() if key != "name"}
    return fingerprint(itself, [tensor for _, tensor in sorted(state.items())])


@dataclass(frozen=True)
class Fits:
    """The fits of one split, one for each seed.

    Attributes:
        states: The state_dict of each seed's `Scaled` network.
        history: The rows of all: `seed`, `epoch`, `train_loss`, `valid_loss` (if there are
            validation days) and `lr`.
    """

    states: list[State]
    history: list[Row]


def fit_forecasters(
    values: Array,
    targets: Array,
    splits: Sequence[Split],
    *,
    window: int,
    architecture: str,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None = None,
) -> list[Fits]:
    """Fit one forecaster for each split and each seed, all in one pool.

    Args:
        values: Features of each day, [N, F].
        targets: What each day's window forecasts, [N]; NaN where it is unknown.
        splits: Days to train and to validate on; of the others nothing is seen.
        window: Days of a window, T.
        architecture: A key of `models.ARCHITECTURES`.
        model: Settings of that architecture, without `features`.
        training: Settings of `params.Training`.
        compute: Settings of `params.Compute`.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.

    Returns:
        The fits of each split.

    Raises:
        SettingError: If the days are too few for a window, a target to learn is unknown, a
            setting does not fit, or training diverges.
    """
    seeds = training["seeds"]
    shared = {
        "values": values,
        "targets": targets,
        "window": window,
        "architecture": architecture,
        "model": model,
        "training": training,
        "compute": compute,
        "checkpoints": checkpoints,
    }
    jobs = [shared | {"split": split, "seed": seed} for split in splits for seed in seeds]
    fits = run_trainings(fit_one, jobs, compute)
    by_split = [fits[first : first + len(seeds)] for first in range(0, len(fits), len(seeds))]
    return [
        Fits([fit.state for fit in group], [row for fit in group for row in fit.history])
        for group in by_split
    ]


def forecast(
    states: Sequence[State],
    *,
    values: Array,
    indices: Indices,
    window: int,
    architecture: str,
    model: Mapping[str, Any],
) -> Array:
    """Forecast by networks of several seeds.

    Args:
        states: The state_dict of each seed's `Scaled` network.
        values: Features of each day, [N, F].
        indices: Days whose window is forecast from, [n].
        window: Days of a window, T.
        architecture: A key of `models.ARCHITECTURES`.
        model: Settings of that architecture, without `features`.

    Returns:
        Forecasts in the target's units, [S, n].

    Raises:
        SettingError: If a day has too few days before it for a window.
    """
    if len(indices) and indices.min() < window - 1:
        raise SettingError(
            f"day {indices.min()} is to be forecast from, a window needs {window} days: "
            "lower the setting 'window' or start the forecasts later."
        )
    windows = sliding_windows(torch.tensor(values, dtype=torch.float32), window)
    inputs = torch.split(take_rows(windows, indices - (window - 1)), _FORECAST_BATCH)
    with torch.inference_mode(), one_thread():
        networks = [build_scaled(architecture, model, state) for state in states]
        outputs = [torch.cat([network(x) for x in inputs])[:, 0] for network in networks]
    return torch.stack(outputs).double().numpy()


def forecast_points(
    states: Sequence[State], task: ForecastTask, indices: Indices, **network: Any
) -> Array:
    """Forecast in index points by networks of several seeds.

    Args:
        states: The state_dict of each seed's `Scaled` network.
        task: The samples; the targets of those to be forecast may be unknown.
        indices: Samples to forecast, [n].
        network: `window`, `architecture` and `model`, as `forecast` takes them.

    Returns:
        Index points, [S, n].

    Raises:
        SettingError: If a day has too few days before it for a window.
    """
    encoded = forecast(states, values=task.values, indices=indices, **network)
    return task.decode(encoded, indices)


def network_settings(header: Mapping[str, Any]) -> dict[str, Any]:
    """What `forecast` must know of networks, from the header of their file."""
    return {
        "window": header["window"],
        "architecture": header["architecture"],
        "model": header["network"],
    }
