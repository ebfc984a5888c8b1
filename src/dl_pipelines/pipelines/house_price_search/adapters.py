"""From the search's settings to trials, and from trials to what they have found."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import torch

from dl_pipelines.data.folds import resample
from dl_pipelines.data.prices import PriceTask
from dl_pipelines.data.tables import Part
from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.resampling import metrics_by_split
from dl_pipelines.params import Compute
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.search import Search
from dl_pipelines.params.tabular import Preparation, Resampling
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.pricing import fit_parts, predict_parts
from dl_pipelines.training.search import apply, search

_PARAMS = "params."


@dataclass(frozen=True)
class Objective:
    """The error of a network with some settings on the inner folds.

    Attributes:
        task: The rows that the holdout trains or validates on.
        parts: The inner folds.
        seeds: One network is trained on each fold for each seed.
        regressor: The network, where the search changes nothing.
        training: Its training, likewise.
        compute: Where and how it runs.
    """

    task: PriceTask
    parts: list[Part]
    seeds: tuple[int, ...]
    regressor: Regressor
    training: RegressorRecipe
    compute: Compute

    @classmethod
    def within_holdout(
        cls,
        *,
        features: pd.DataFrame,
        preparation: Preparation,
        holdout: Resampling,
        inner: Resampling,
        **fitting: Any,
    ) -> Self:
        """Split the rows that the holdout learns from once more; its test rows take no part.

        Raises:
            SettingError: If there are no inner folds.
        """
        (outer,) = resample(len(features), **holdout.model_dump(exclude={"seeds"}))
        known = features.iloc[np.sort(outer.joined().train)].reset_index(drop=True)
        task = PriceTask.from_frame(known, **preparation.model_dump())
        splits = resample(len(known), **inner.model_dump(exclude={"seeds"}))
        if not splits:
            raise SettingError("the setting 'inner.repeats' is 0: set it to 1 or more.")
        return cls(task, task.parts(splits), inner.seeds, **fitting)

    def __call__(self, params: Mapping[str, Any]) -> float:
        """Mean over folds and seeds of the RMSE, of the log price if that is learnt."""
        regressor, training = with_params(self.regressor, self.training, params)
        model, task, parts = regressor.model_dump(), self.task, self.parts
        recipe = {**training.model_dump(), "seeds": self.seeds}
        compute = self.compute.model_dump()
        # no checkpoints: the search goes on from finished trials
        fits = fit_parts(
            task, parts, model=model, training=recipe, compute=compute, checkpoints=None
        )
        learnt = predict_parts(task, parts, fits.states, model=model)
        scores = metrics_by_split(task.predictions(parts, learnt, self.seeds), log=task.log)
        return float(scores["log_rmse" if task.log else "rmse"].mean())

    def identity(self, shipped: float) -> str:
        """What a trial's value depends on beside its parameters.

        Args:
            shipped: Value of the settings as they are. It stands for code, packages and machine:
                where these compute something else, it changes.
        """
        settings = {
            "regressor": self.regressor.model_dump(),
            "training": self.training.model_dump(),
            "seeds": self.seeds,
            "columns": list(self.task.columns),
            "encoding": self.task.encoding,
            "shipped": f"{shipped:.6g}",
        }
        rows = [rows for part in self.parts for rows in (part.trained.train, part.rows)]
        arrays = [*self.task.identity(np.arange(len(self.task.targets))), *rows]
        return fingerprint(settings, map(torch.tensor, arrays))


def with_params(
    regressor: Regressor, training: RegressorRecipe, params: Mapping[str, Any]
) -> tuple[Regressor, RegressorRecipe]:
    """Set parameters of a search: `network.<name>` of the regressor, others of its training.

    Raises:
        SettingError: If there is no such setting, or its value is not allowed.
    """
    settings = apply(_searchable(regressor, training), params)
    tuned = regressor.model_dump() | {"network": settings.pop("network")}
    return Regressor.model_validate(tuned), RegressorRecipe.model_validate(settings)


def run_search(objective: Objective, settings: Search, shipped: float) -> pd.DataFrame:
    """Run the trials that are not stored yet.

    Returns:
        One row a trial: number, state, value, seconds and one column `params.<name>` for each
        setting, as JSON text.
    """
    arguments = settings.model_dump(mode="json", exclude={"storage"})
    study = objective.identity(shipped)
    rows = search(objective, **arguments, storage=Path(settings.storage), study=study)
    params = pd.DataFrame([row.pop("params") for row in rows]).add_prefix(_PARAMS)
    return pd.DataFrame(rows).join(params.map(json.dumps))


def rank(trials: Mapping[str, pd.DataFrame], shipped: float) -> pd.DataFrame:
    """The trials of all methods and the shipped setting, the best first.

    Returns:
        The columns of the trials and `method`; the shipped setting has no number and parameters,
        and a method's parameters are missing where another one searches more.
    """
    frames = [pd.DataFrame({"method": ["shipped"], "value": [shipped]})]
    frames += [frame.assign(method=method) for method, frame in trials.items()]
    joined = pd.concat(frames, ignore_index=True).astype({"number": "Int64"})
    return joined.sort_values("value", kind="stable", ignore_index=True)


def params_of(trial: pd.Series) -> dict[str, Any]:
    """The parameters that a trial tried."""
    tried = trial.filter(like=_PARAMS).dropna()
    return {str(name).removeprefix(_PARAMS): json.loads(text) for name, text in tried.items()}


def readable(ranked: pd.DataFrame, regressor: Regressor, training: RegressorRecipe) -> pd.DataFrame:
    """Trials for a reader: parameters that a method does not search have their shipped value.

    Returns:
        Columns method, trial, value and one a parameter, by the last part of its name, as text.
    """
    names = [str(name).removeprefix(_PARAMS) for name in ranked.filter(like=_PARAMS)]
    settings = _searchable(regressor, training)
    shipped = {name: reduce(dict.__getitem__, name.split("."), settings) for name in names}
    rows = [shipped | params_of(trial) for _, trial in ranked.iterrows()]
    tried = pd.DataFrame(rows, index=ranked.index)
    head = pd.DataFrame(
        {
            "method": ranked["method"],
            "trial": ranked["number"].map(str, na_action="ignore").fillna(""),
            "value": ranked["value"].map("{:.4g}".format),
        }
    )
    return head.join(tried.map(_short).rename(columns=lambda name: name.rpartition(".")[2]))


def search_verdict(ranked: pd.DataFrame, dataset: str, metric: str) -> str:
    """What the search has found, in words."""
    best, counts = ranked.iloc[0], ranked["method"].value_counts()
    shipped = ranked.set_index("method")["value"]["shipped"]
    tried = f"{counts['grid']} trials of a grid and {counts['tpe']} of TPE on {dataset}"
    if best["method"] == "shipped":
        return (
            f"On the inner folds none of {tried} is better than the shipped setting, {metric} "
            f"{shipped:.4g}."
        )
    method = {"grid": "the grid", "tpe": "TPE"}[best["method"]]
    return (
        f"On the inner folds the best of {tried} is number {best['number']} of {method}: {metric} "
        f"{best['value']:.4g}, against {shipped:.4g} of the shipped setting. The smallest of many "
        "values flatters itself, and only the test rows of the holdout took no part: judge it by "
        f"the holdout of kedro run --pipeline house_price --env searched_{dataset}"
    )


def _searchable(regressor: Regressor, training: RegressorRecipe) -> dict[str, Any]:
    """What can be searched, by the names that a search space has for it."""
    return {"network": regressor.network.model_dump(), **training.model_dump()}


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else json.dumps(value)
