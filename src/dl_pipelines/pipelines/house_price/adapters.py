"""From the pipeline's settings and frames to plain arrays and arguments, and back."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import torch

from dl_pipelines.data.folds import resample
from dl_pipelines.data.prices import PriceTask
from dl_pipelines.data.tables import Part
from dl_pipelines.evaluation.conformal import cross_conformal
from dl_pipelines.evaluation.resampling import metrics_by_split, summarize
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.tabular import Preparation, Resampling
from dl_pipelines.pipelines.belonging import check_identity
from dl_pipelines.pipelines.members import pack_seeds, states_by_seed
from dl_pipelines.training import pricing
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.scaling import State


def task_and_parts(
    features: pd.DataFrame, preparation: Preparation, protocol: Resampling
) -> tuple[PriceTask, list[Part]]:
    """What models see and learn, and what an evaluation has them predict."""
    task = PriceTask.from_frame(features, **preparation.model_dump())
    splits = resample(len(features), **protocol.model_dump(exclude={"seeds"}))
    return task, task.parts(splits)


def fitting_settings(
    regressor: Regressor,
    training: RegressorRecipe,
    seeds: Sequence[int],
    compute: Compute,
    checkpoints: Checkpoints,
) -> dict[str, Any]:
    """Keyword arguments of `training.pricing.fit_parts`."""
    return {
        "model": regressor.model_dump(),
        "training": {**training.model_dump(), "seeds": seeds},
        "compute": compute.model_dump(),
        "checkpoints": checkpoints.model_dump(),
    }


def cross_fit(
    features: pd.DataFrame,
    preparation: Preparation,
    protocol: Resampling,
    settings: dict[str, Any],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train on each split of an evaluation: predictions of its rows, and losses by epoch."""
    task, parts = task_and_parts(features, preparation, protocol)
    fits = pricing.fit_parts(task, parts, **settings)
    learnt = pricing.predict_parts(task, parts, fits.states, model=settings["model"])
    return task.predictions(parts, learnt, protocol.seeds), pd.DataFrame(fits.history)


def _identity(
    task: PriceTask,
    part: Part,
    regressor: Regressor,
    training: RegressorRecipe,
    seeds: Sequence[int],
) -> str:
    """What weights belong to: all settings, and the rows that they have learnt from."""
    settings = {
        "regressor": regressor.model_dump(exclude={"name"}),
        "training": {**training.model_dump(), "seeds": seeds},
        "encoding": task.encoding,
        "columns": list(task.columns),
        "log": task.log,
    }
    rows = part.trained.train
    return fingerprint(settings, map(torch.tensor, [*task.identity(rows), rows]))


def pack_weights(
    task: PriceTask,
    part: Part,
    states: Sequence[State],
    regressor: Regressor,
    training: RegressorRecipe,
    *,
    seeds: Sequence[int],
) -> Weights:
    """The networks of all seeds in one file that says what they are and what they take."""
    encoded = task.encoded(part.trained)
    description = regressor.model_dump(mode="json")
    header = {
        **description,
        "network": {**description["network"], "numeric": encoded.numeric},
        "features": encoded.names,
        "predicts": "price",
        "log_target": task.log,
        "example": encoded.x[part.rows[:2]].tolist(),
        "identity": _identity(task, part, regressor, training, seeds),
    }
    return pack_seeds(states, seeds, header)


def states_of(
    weights: Weights,
    task: PriceTask,
    part: Part,
    regressor: Regressor,
    training: RegressorRecipe,
    *,
    seeds: Sequence[int],
) -> list[State]:
    """The networks that `pack_weights` packed, seed by seed.

    Raises:
        SettingError: If they were trained with other settings or on other rows.
    """
    identity = _identity(task, part, regressor, training, seeds)
    check_identity(weights, identity, name=regressor.name, rows="rows", node="train_holdout")
    return [*states_by_seed(weights).values()]


def score(
    predictions: pd.DataFrame, preparation: Preparation, protocol: str
) -> tuple[dict[str, float], pd.DataFrame]:
    """Figures of an evaluation, led by its name, and those of each split.

    Nothing where the evaluation was left out.
    """
    if predictions.empty:
        return {}, pd.DataFrame({"split": [], "rmse": []})
    scores = metrics_by_split(predictions, log=preparation.log_price)
    return {f"{protocol}.{name}": value for name, value in summarize(scores).items()}, scores


def calibrate(predictions: pd.DataFrame, coverages: Sequence[float]) -> pd.DataFrame:
    """Coverage of intervals from the errors in the other splits.

    Nothing where the evaluation was left out.
    """
    test = predictions[predictions["part"] == "test"]
    if test.empty:
        return pd.DataFrame({"coverage": [], "empirical": [], "width": [], "rows": []})
    rows = (test[name] for name in ("actual", "prediction", "split"))
    return cross_conformal(*rows, coverages=coverages)


def held_out_curves(curves: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The loss on held-out folds by epoch, or on the holdout's test where folds were left out.

    Returns:
        A frame with seed, epoch and test_loss, and which rows the loss is of, in words.
    """
    if len(curves):
        return curves, "held-out folds, mean over the folds"
    return history, "the test rows of the holdout"
