"""From the pipeline's settings and frames to plain arrays and arguments, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch

from dl_pipelines.data.splits import ExpandingWindow, Indices, Split, SplitByDate
from dl_pipelines.data.task import ForecastTask
from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.baselines import REFERENCES
from dl_pipelines.evaluation.forecasts import forecast_frame
from dl_pipelines.frames.samples import forecast_samples
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute, Holdout
from dl_pipelines.pipelines.belonging import check_identity
from dl_pipelines.pipelines.members import pack_seeds, states_by_seed
from dl_pipelines.pipelines.stock_lstm.params import Forecaster, Training
from dl_pipelines.training import forecasting
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.scaling import State


def task_of(features: pd.DataFrame, holdout: Holdout, forecaster: Forecaster) -> ForecastTask:
    """The samples of a holdout as arrays."""
    samples = forecast_samples(features, start=holdout.start, end=holdout.end)
    return ForecastTask.from_frame(samples, forecaster.features, forecaster.target)


def split_of(task: ForecastTask, holdout: Holdout) -> Split:
    """The training, validation and test days of a task."""
    return SplitByDate(**split_settings(holdout)).split(task.dates)


def learning_splits(task: ForecastTask, holdout: Holdout, training: Training) -> list[Split]:
    """What the networks learn from that forecast the validation days, and those of the test.

    One split if they are the same networks.
    """
    split = split_of(task, holdout)
    return [split] if training.patience else [split, split.joined()]


def blocks_of(task: ForecastTask, holdout: Holdout, refit_every: int) -> list[Split]:
    """The blocks of a walk forward through the test days of a task."""
    return ExpandingWindow(refit_every=refit_every, **split_settings(holdout)).split(task.dates)


def split_settings(holdout: Holdout) -> dict[str, Any]:
    """The settings of a split of samples that are cut to start and end already."""
    return holdout.model_dump(exclude={"start", "end"})


def model_settings(forecaster: Forecaster) -> dict[str, Any]:
    """What fitting and forecasting both must know of the network."""
    return forecasting.network_settings(forecaster.model_dump())


def fit(
    task: ForecastTask,
    splits: Sequence[Split],
    forecaster: Forecaster,
    *,
    training: Training,
    compute: Compute,
    checkpoints: Checkpoints,
) -> list[forecasting.Fits]:
    """Fit the forecaster on each split with each seed."""
    return forecasting.fit_forecasters(
        task.values,
        task.targets,
        splits,
        **model_settings(forecaster),
        training=training.model_dump(),
        compute=compute.model_dump(),
        checkpoints=checkpoints.model_dump(),
    )


def forecast_parts(
    task: ForecastTask,
    forecaster: Forecaster,
    parts: Sequence[tuple[list[State], Indices]],
    *,
    references: pd.DataFrame,
    seeds: Sequence[int],
) -> tuple[Indices, pd.DataFrame]:
    """The days of all parts in a row, and their forecasts beside the references."""
    days = np.concatenate([indices for _, indices in parts])
    settings = model_settings(forecaster)
    points = [
        forecasting.forecast_points(states, task, indices, **settings) for states, indices in parts
    ]
    per_seed = np.concatenate(points, axis=1)
    return days, forecast_frame(references, task.dates[days], per_seed, seeds)


def _identity(task: ForecastTask, learnt: Split, forecaster: Forecaster, training: Training) -> str:
    """What weights belong to: all settings, and the days that they have learnt from."""
    settings = {
        "forecaster": forecaster.model_dump(exclude={"name"}),
        "training": training.model_dump(),
    }
    known = np.concatenate([learnt.train, learnt.valid])
    arrays = [task.values[: known.max() + 1], task.targets[known], learnt.train, learnt.valid]
    return fingerprint(settings, map(torch.tensor, arrays))


def pack_weights(
    task: ForecastTask,
    learnt: Split,
    fits: forecasting.Fits,
    forecaster: Forecaster,
    training: Training,
) -> Weights:
    """The networks of all seeds in one file that says what they are and which days they know."""
    known = np.concatenate([learnt.train, learnt.valid])
    first, last = task.dates[[known.min(), known.max()]].astype("datetime64[D]")
    header = {
        **forecaster.model_dump(mode="json"),
        "identity": _identity(task, learnt, forecaster, training),
        "learnt_from": str(first),
        "learnt_until": str(last),
    }
    return pack_seeds(fits.states, training.seeds, header)


def check_weights(
    weights: Weights,
    task: ForecastTask,
    learnt: Split,
    forecaster: Forecaster,
    training: Training,
) -> None:
    """Find weights that belong to other settings or other days.

    Raises:
        SettingError: If they do.
    """
    identity = _identity(task, learnt, forecaster, training)
    check_identity(weights, identity, name=forecaster.name, rows="days", node="train_forecaster")


def states_of(weights: Weights, seeds: Sequence[int] | None = None) -> list[State]:
    """The networks of some seeds, by default of all.

    Raises:
        SettingError: If no network was trained with one of the seeds.
    """
    trained = states_by_seed(weights)
    if unknown := set(seeds or ()) - set(trained):
        raise SettingError(
            f"'walk_forward.seeds' has {min(unknown)}, which is not one of 'training.seeds': "
            f"choose among {', '.join(map(str, trained))}."
        )
    return [trained[seed] for seed in seeds or trained]


def join_history(fits: list[forecasting.Fits]) -> pd.DataFrame:
    """The validated training epoch by epoch, beside it the loss of the final one."""
    validated, *final = (pd.DataFrame(fit.history).set_index(["seed", "epoch"]) for fit in fits)
    losses = [rows["train_loss"].rename("refit_train_loss") for rows in final]
    return pd.concat([validated, *losses], axis=1).reset_index()


Metrics = Mapping[str, float]


def collect_metrics(references: Metrics, **groups: Metrics) -> dict[str, float]:
    """One flat dictionary: the references' figures, and `<group>.<figure>` for each group."""
    return dict(references) | {
        f"{group}.{name}": figure for group in groups for name, figure in groups[group].items()
    }


def comparison_rows(holdout: Holdout) -> list[tuple[str, str, str]]:
    """Window, forecaster and the prefix of its metrics, row by row of the final table."""
    last = holdout.end.year if holdout.end else "now"
    years = f"{holdout.test_start.year} to {last}"
    return [
        *((years, name, name) for name in REFERENCES),
        *((years, name, name) for name in ("lstm", "lstm.ensemble", "lstm.walk_forward")),
        *(("book window", name, f"book_window.{name}") for name in REFERENCES),
        ("book window", "lstm", "lstm_book_window"),
        *(("book window", name, name) for name in ("textbook", "textbook.walk_forward")),
    ]
