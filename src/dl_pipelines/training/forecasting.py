"""Forecasters of a daily series: fit with several seeds, forecast, walk forward.

Sample i is the window of the days i - T + 1 … i and the target of day i, which is known later.
Shapes: N days, T window length, F features, S seeds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.data.windows import sliding_windows, take_rows
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_scaled
from dl_pipelines.training.fitting import Array, fit_all
from dl_pipelines.training.loop import Row
from dl_pipelines.training.parallel import one_thread

State = dict[str, Tensor]

_FORECAST_BATCH = 1024


def fit_forecasters(
    values: Array,
    targets: Array,
    split: Split,
    *,
    window: int,
    architecture: str,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None = None,
    include_validation: bool = False,
) -> tuple[list[State], list[Row]]:
    """Fit one forecaster for each seed.

    Args:
        values: Features of each day, [N, F].
        targets: What each day's window forecasts, [N]; NaN where it is unknown.
        split: Days to train and to validate on; of the others nothing is seen.
        window: Days of a window, T.
        architecture: A key of `models.ARCHITECTURES`.
        model: Settings of that architecture, without `features`.
        training: Settings of `params.Training`.
        compute: Settings of `params.Compute`.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.
        include_validation: Whether the validation days are trained on too, for all epochs and
            without early stopping.

    Returns:
        The state_dict of each seed's `Scaled` network, and the history of all: rows with `seed`,
        `epoch`, `train_loss`, `valid_loss` and `lr`.

    Raises:
        SettingError: If the days are too few for a window, a target to learn is unknown, a
            setting does not fit, or training diverges.
    """
    settings = {"window": window, "architecture": architecture, "model": model}
    settings |= {"training": training, "compute": compute, "checkpoints": checkpoints}
    parts = [_learning_days(split, window, include_validation=include_validation)]
    (fits,) = fit_all(values, targets, parts, settings)
    return [fit.state for fit in fits], [row for fit in fits for row in fit.history]


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


def walk_forward(
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
    include_validation: bool = False,
) -> Array:
    """Forecast block after block, each by networks fitted on what lies before it.

    Args:
        values: Features of each day, [N, F].
        targets: What each day's window forecasts, [N]; NaN where it is unknown.
        splits: For each block the days to learn from and, as `test`, the days to forecast.
        window: See `fit_forecasters`, as all that follow.
        architecture: See there.
        model: See there.
        training: See there.
        compute: See there.
        checkpoints: See there.
        include_validation: See there.

    Returns:
        Forecasts in the target's units, [S, n], for the test days of all splits in a row.

    Raises:
        SettingError: See `fit_forecasters` and `forecast`.
    """
    settings = {"window": window, "architecture": architecture, "model": model}
    settings |= {"training": training, "compute": compute, "checkpoints": checkpoints}
    parts = [
        _learning_days(split, window, include_validation=include_validation) for split in splits
    ]
    blocks = [
        forecast(
            [fit.state for fit in fits],
            values=values,
            indices=split.test,
            window=window,
            architecture=architecture,
            model=model,
        )
        for split, fits in zip(splits, fit_all(values, targets, parts, settings), strict=True)
    ]
    return np.concatenate(blocks, axis=1)


def _learning_days(split: Split, window: int, *, include_validation: bool) -> dict[str, Indices]:
    """The days to train and to validate on that have a whole window."""
    train, valid = (days[days >= window - 1] for days in (split.train, split.valid))
    if include_validation:
        train, valid = np.concatenate([train, valid]), valid[:0]
    if len(train) == 0:
        raise SettingError(
            f"no day to train on has {window} days up to it: "
            "lower the setting 'window' or use a longer span of data."
        )
    return {"train": train, "valid": valid}
