"""The project's LSTM, behind the signature of the peers."""

from typing import Any

import numpy as np
import torch

import dl_pipelines
from dl_pipelines.data.splits import Split
from dl_pipelines.data.task import ForecastTask
from dl_pipelines.params import Compute, Training
from dl_pipelines.training.fitting import fit_one
from dl_pipelines.training.forecasting import forecast
from peers.protocol import Floats, Forecaster, pipeline_settings


def fit(
    task: ForecastTask,
    known: int,
    stop: int,
    *,
    seed: int,
    window: int,
    hidden: int,
    epochs: int,
) -> Floats:
    """See `protocol.Fit`."""
    settings = pipeline_settings()
    model = settings["forecaster"]["network"] | {"hidden": hidden}
    training = Training.model_validate(settings["training"] | {"epochs": epochs})
    none = np.arange(0)
    network: dict[str, Any] = {"window": window, "architecture": "lstm", "model": model}
    trained = fit_one(
        task.values,
        task.targets,
        Split(np.arange(known), none, none),
        **network,
        training=training.model_dump(),
        compute=Compute(device="cpu").model_dump(),
        checkpoints=None,
        seed=seed,
        progress=False,
    )
    rows = np.arange(known, stop)
    return forecast([trained.state], values=task.values, indices=rows, **network)[0]


def forecasters() -> list[Forecaster]:
    """As the pipeline has it, and with as many choices as each peer has.

    The choices begin with the pipeline's loss, optimizer, averaging and skip connection, which an
    earlier search has chosen: peers have no such start.
    """
    settings = pipeline_settings()
    own = {
        "window": settings["forecaster"]["window"],
        "hidden": settings["forecaster"]["network"]["hidden"],
        "epochs": settings["training"]["epochs"],
    }
    version = f"dl_pipelines {dl_pipelines.__version__}, torch {torch.__version__}"
    fixed = {"network": settings["forecaster"]["network"], "training": settings["training"]}
    as_is = {name: [own[name]] for name in own}
    grid = {"window": [10, 22], "hidden": [16, 32], "epochs": [6, 12]}
    return [
        Forecaster("ours, as in the README", fit, as_is, version, fixed=fixed),
        Forecaster("ours, eight choices", fit, grid, version, fixed=fixed),
    ]
