"""The fit of one network that forecasts a daily series.

Shapes: N days, T window length, F features.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dl_pipelines.data.scalers import Standardizer
from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.data.windows import sliding_windows, take_rows
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_network
from dl_pipelines.training.network import Trained
from dl_pipelines.training.scaling import scaled_state
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.supervised import train_supervised

Array = NDArray[np.float64]


def fit_one(
    values: Array,
    targets: Array,
    split: Split,
    *,
    window: int,
    architecture: str,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
    seed: int,
    progress: bool,
) -> Trained:
    """Fit the scalers and one network; see `forecasting.fit_forecasters` for the arguments.

    Returns:
        The state of a `Scaled` network, and a history whose rows hold the seed.
    """
    train, valid = _learning_days(split, window)
    days, highs = torch.tensor(values), torch.tensor(targets)[:, None]  # [N, F], [N, 1]
    if not highs[np.concatenate([train, valid])].isfinite().all():
        raise SettingError("a day to train or to validate on has no target: end the split earlier.")
    inputs, outputs = Standardizer.fit(days[train]), Standardizer.fit(highs[train])
    x = sliding_windows(inputs.transform(days).float(), window)
    y = outputs.transform(highs).float()
    pairs = [(take_rows(x, part - (window - 1)), take_rows(y, part)) for part in (train, valid)]
    with seed_everything(seed):
        network = build_network(architecture, model, features=values.shape[1])
    recipe = {name: value for name, value in training.items() if name != "seeds"}
    fit = train_supervised(
        network,
        pairs[0],
        pairs[1] if len(valid) else None,
        **recipe,
        seed=seed,
        device=compute["device"],
        precision=compute["precision"],
        checkpoints=checkpoints,
        progress=progress,
    )
    state = scaled_state(fit.state, inputs, outputs)
    return Trained(state, [{"seed": seed, **row} for row in fit.history], fit.seconds)


def _learning_days(split: Split, window: int) -> tuple[Indices, Indices]:
    """The days to train and to validate on that have a whole window."""
    train, valid = (days[days >= window - 1] for days in (split.train, split.valid))
    if len(train) == 0:
        raise SettingError(
            f"no day to train on has {window} days up to it: "
            "lower the setting 'window' or use a longer span of data."
        )
    return train, valid
