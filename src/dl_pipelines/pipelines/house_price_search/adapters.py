"""From the search's settings to trials, and from trials to what they have found."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from dl_pipelines.data.folds import resample
from dl_pipelines.data.prices import Part, PriceTask
from dl_pipelines.evaluation.resampling import metrics_by_split
from dl_pipelines.params import Recipe
from dl_pipelines.params.search import Search
from dl_pipelines.params.tabular import House, Preparation, Regressor, Resampling
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.pricing import fit_parts, predict_parts
from dl_pipelines.training.search import apply, search

Mapped = Mapping[str, Any]

_PARAMS = "params."


def inner_parts(
    features: pd.DataFrame, preparation: Preparation, holdout: Resampling, inner: Resampling
) -> tuple[PriceTask, list[Part]]:
    """Split the rows that the holdout trains on once more; its test rows take no part."""
    (outer,) = resample(len(features), **holdout.model_dump(exclude={"seeds"}))
    known = features.iloc[np.sort(outer.joined().train)].reset_index(drop=True)
    task = PriceTask.from_frame(known, **preparation.model_dump())
    return task, task.parts(resample(len(known), **inner.model_dump(exclude={"seeds"})))


def settings_of(regressor: Regressor, training: Recipe) -> dict[str, Any]:
    """What can be searched, by the names that a search space has for it."""
    return {
        "network": regressor.network.model_dump(mode="json"),
        **training.model_dump(mode="json"),
    }


class Objective:
    """The error of a network with some settings on the inner folds."""

    def __init__(
        self,
        task: PriceTask,
        parts: Sequence[Part],
        regressor: Regressor,
        training: Recipe,
        *,
        seeds: Sequence[int],
        compute: Mapped,
        checkpoints: Mapped,
    ) -> None:
        """Take what is the same in all trials."""
        self._task, self._parts, self._seeds = task, parts, seeds
        self._model = regressor.model_dump()
        self._settings = settings_of(regressor, training)
        self._compute, self._checkpoints = compute, checkpoints

    def __call__(self, params: Mapped) -> float:
        """Mean over folds and seeds of the RMSE, of the log price if that is learnt."""
        settings = apply(self._settings, params)
        model = {**self._model, "network": settings.pop("network")}
        training = Recipe.model_validate(settings).model_dump() | {"seeds": self._seeds}
        fits = fit_parts(
            self._task,
            self._parts,
            model=model,
            training=training,
            compute=self._compute,
            checkpoints=self._checkpoints,
        )
        learnt = predict_parts(self._task, self._parts, fits.states, model=model)
        predictions = self._task.predictions(self._parts, learnt, self._seeds)
        scores = metrics_by_split(predictions, log=self._task.log)
        return float(scores["log_rmse" if self._task.log else "rmse"].mean())

    @property
    def identity(self) -> str:
        """What a trial's value depends on beside its parameters."""
        rows = [self._task.targets, *(part.rows for part in self._parts)]
        table = pd.util.hash_pandas_object(self._task.columns, index=False)
        content = {"model": self._model, "settings": self._settings, "seeds": self._seeds}
        tensors = [torch.from_numpy(values) for values in (*rows, table.to_numpy().view("int64"))]
        return fingerprint(content, tensors)


def run_search(objective: Objective, settings: Search) -> pd.DataFrame:
    """Run the trials that are not stored yet.

    Returns:
        One row a trial: number, state, value, seconds and one column `params.<name>` for each
        setting; lists, such as widths, as text.
    """
    arguments = settings.model_dump(mode="json", exclude={"storage"})
    storage = Path(settings.storage)
    rows = search(objective, **arguments, storage=storage, study=objective.identity)
    params = pd.DataFrame([row.pop("params") for row in rows]).add_prefix(_PARAMS)
    return pd.DataFrame(rows).join(params.map(json.dumps))


def best_trial(trials: Mapping[str, pd.DataFrame]) -> tuple[str, pd.Series]:
    """The method and the trial with the smallest value."""
    best = {method: frame.iloc[frame["value"].argmin()] for method, frame in trials.items()}
    method = min(best, key=lambda name: best[name]["value"])
    return method, best[method]


def tuned_settings(trial: pd.Series, regressor: Regressor, training: Recipe) -> dict[str, Any]:
    """The settings of a trial, as `regressor` and `training` of a variant."""
    chosen = trial.filter(like=_PARAMS).rename(lambda name: name.removeprefix(_PARAMS))
    params = {str(name): json.loads(value) for name, value in chosen.items()}
    settings = apply(settings_of(regressor, training), params)
    tuned = {**regressor.model_dump(mode="json"), "network": settings.pop("network")}
    return {"regressor": tuned, "training": settings}


def leading_trials(trials: Mapping[str, pd.DataFrame], count: int = 10) -> pd.DataFrame:
    """The best trials of all methods, the best first."""
    frames = [frame.assign(method=method) for method, frame in trials.items()]
    ranked = pd.concat(frames, ignore_index=True).nsmallest(count, "value")
    columns = ["method", "number", "value", *ranked.filter(like=_PARAMS)]
    return ranked[columns].rename(columns=lambda name: name.removeprefix(_PARAMS))


def search_verdict(
    trials: Mapping[str, pd.DataFrame], shipped: float, house: House, preparation: Preparation
) -> str:
    """What the search has found, in words."""
    metric = "RMSE of the log price" if preparation.log_price else "RMSE"
    method, best = best_trial(trials)
    counts = " and ".join(f"{len(frame)} of {name}" for name, frame in trials.items())
    return (
        f"On the inner folds of {house.dataset} the best of {counts} trials ({method}, number "
        f"{best['number']}) has a {metric} of {best['value']:.4g}; the shipped setting has "
        f"{shipped:.4g}. The smallest of many values flatters itself: judge the setting by "
        f"kedro run --pipeline house_price --env searched_{house.dataset}"
    )
