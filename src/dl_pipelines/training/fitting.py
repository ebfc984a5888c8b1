"""Fits of networks that forecast a daily series, one for each part of the days and each seed.

Shapes: N days, T window length, F features.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dl_pipelines.data.scalers import Standardizer
from dl_pipelines.data.splits import Indices
from dl_pipelines.data.windows import sliding_windows, take_rows
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_network
from dl_pipelines.training.parallel import run_jobs
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.supervised import Trained, train_supervised

Array = NDArray[np.float64]


def fit_all(
    values: Array,
    targets: Array,
    parts: Sequence[Mapping[str, Indices]],
    settings: Mapping[str, Any],
) -> list[list[Trained]]:
    """Fit one network for each part of the days and each seed, all in one pool.

    Args:
        values: Features of each day, [N, F].
        targets: What each day's window forecasts, [N].
        parts: Days to learn (`train`) and to validate on (`valid`), for each fit.
        settings: `window`, `architecture`, `model`, `training`, `compute` and `checkpoints` of
            `forecasting.fit_forecasters`.

    Returns:
        For each part the fits of all seeds. A fit's state is that of a `Scaled` network, its
        history has a column `seed`.

    Raises:
        SettingError: If a target to learn is unknown, a setting does not fit, or training diverges.
    """
    seeds, compute = settings["training"]["seeds"], settings["compute"]
    one_at_a_time = compute["backend"] == "sequential" or compute["workers"] == 1
    jobs = [
        {
            "values": values,
            "targets": targets,
            **part,
            **settings,
            "seed": seed,
            "progress": one_at_a_time,
        }
        for part in parts
        for seed in seeds
    ]
    fits = run_jobs(_fit_one, jobs, backend=compute["backend"], workers=compute["workers"])
    return [fits[first : first + len(seeds)] for first in range(0, len(fits), len(seeds))]


def _fit_one(
    values: Array,
    targets: Array,
    *,
    train: Indices,
    valid: Indices,
    window: int,
    architecture: str,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
    seed: int,
    progress: bool,
) -> Trained:
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
    scales = {"input_mean": inputs.mean, "input_scale": inputs.scale}
    scales |= {"target_mean": outputs.mean, "target_scale": outputs.scale}
    state = {f"net.{name}": value for name, value in fit.state.items()}
    state |= {name: value.float() for name, value in scales.items()}
    return Trained(state, [{"seed": seed, **row} for row in fit.history])
