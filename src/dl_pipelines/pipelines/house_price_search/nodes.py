"""Nodes of `house_price_search`: thin adapters between the catalog and the layers below."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.params import Compute
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.search import Search
from dl_pipelines.params.tabular import House, Preparation, Resampling
from dl_pipelines.pipelines.house_price_search.adapters import (
    Objective,
    params_of,
    rank,
    readable,
    run_search,
    search_verdict,
    with_params,
)

TUNED = "dropout"  # has all that is searched: width, depth, dropout, weight decay
_SHOWN = 10


def prepare_houses(houses_source: pd.DataFrame, house: House) -> pd.DataFrame:
    """Check and clean the houses, and derive what predicts their prices, as `house_price` does."""
    table = HOUSES[house.dataset]
    return table.features(table.clean(table.parse(houses_source)))


def score_shipped(
    *,
    features: pd.DataFrame,
    preparation: Preparation,
    holdout: Resampling,
    inner: Resampling,
    regressor: Regressor,
    training: RegressorRecipe,
    compute: Compute,
) -> dict[str, float]:
    """Score the setting that the project ships as a trial is scored."""
    objective = Objective.within_holdout(
        features=features,
        preparation=preparation,
        holdout=holdout,
        inner=inner,
        regressor=regressor,
        training=training,
        compute=compute,
    )
    return {"value": objective({})}


def search_settings(
    *,
    features: pd.DataFrame,
    preparation: Preparation,
    holdout: Resampling,
    inner: Resampling,
    regressor: Regressor,
    training: RegressorRecipe,
    compute: Compute,
    shipped: dict[str, float],
    search: Search,
) -> pd.DataFrame:
    """Try settings by cross-validation on the rows that the holdout learns from."""
    objective = Objective.within_holdout(
        features=features,
        preparation=preparation,
        holdout=holdout,
        inner=inner,
        regressor=regressor,
        training=training,
        compute=compute,
    )
    return run_search(objective, search, shipped["value"])


def choose_best(
    *,
    grid: pd.DataFrame,
    tpe: pd.DataFrame,
    shipped: dict[str, float],
    house: House,
    preparation: Preparation,
    regressor: Regressor,
    training: RegressorRecipe,
) -> tuple[dict[str, Any], dict[str, Any], pd.DataFrame, dict[str, float], str]:
    """Make an environment of the best setting, and compare what was tried."""
    ranked = rank({"grid": grid, "tpe": tpe}, shipped["value"])
    tuned = with_params(regressor, training, params_of(ranked.iloc[0]))
    names = ("regressor", "training")
    best = {name: part.model_dump(mode="json") for name, part in zip(names, tuned, strict=True)}
    smallest = ranked.groupby("method")["value"].min()
    shown = (ranked.index < _SHOWN) | (ranked["method"] == "shipped")
    metric = "RMSE of the log price" if preparation.log_price else "RMSE"
    return (
        {"house": {"tuned_for": house.dataset}, "house_price": {TUNED: best}},
        {"house": {"dataset": house.dataset}},
        readable(ranked[shown], regressor, training),
        {f"{method}.value": value for method, value in smallest.items()},
        search_verdict(ranked, house.dataset, metric),
    )


def draw_search_figures(
    grid: pd.DataFrame,
    tpe: pd.DataFrame,
    shipped: dict[str, float],
    house: House,
    preparation: Preparation,
) -> dict[str, Figure]:
    """Draw how the searches went, and what each setting does to the error."""
    unit = "log price" if preparation.log_price else HOUSES[house.dataset].unit
    trials = {"grid": grid, "tpe": tpe}
    return {
        "search_progress.png": figures.search_progress(trials, shipped["value"], unit=unit),
        "search_settings.png": figures.search_settings(trials, unit=unit),
    }
