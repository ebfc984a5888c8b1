"""Nodes of `house_price_search`: thin adapters between the catalog and the layers below."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.params import Checkpoints, Compute, Recipe
from dl_pipelines.params.search import Search
from dl_pipelines.params.tabular import House, Preparation, Regressor, Resampling
from dl_pipelines.pipelines.house_price_search.adapters import (
    Objective,
    best_trial,
    inner_parts,
    leading_trials,
    run_search,
    search_verdict,
    tuned_settings,
)


def prepare_houses(houses_source: pd.DataFrame, house: House) -> pd.DataFrame:
    """Check and clean the houses, and derive what predicts their prices, as `house_price` does."""
    table = HOUSES[house.dataset]
    return table.features(table.clean(table.parse(houses_source)))


def search_settings(
    *,
    features: pd.DataFrame,
    preparation: Preparation,
    holdout: Resampling,
    inner: Resampling,
    regressor: Regressor,
    training: Recipe,
    search: Search,
    compute: Compute,
    checkpoints: Checkpoints,
) -> pd.DataFrame:
    """Try settings by cross-validation on the rows that the holdout trains on."""
    where = {"compute": compute.model_dump(), "checkpoints": checkpoints.model_dump()}
    task, parts = inner_parts(features, preparation, holdout, inner)
    objective = Objective(task, parts, regressor, training, seeds=inner.seeds, **where)
    return run_search(objective, search)


def score_shipped(
    *,
    features: pd.DataFrame,
    preparation: Preparation,
    holdout: Resampling,
    inner: Resampling,
    regressor: Regressor,
    training: Recipe,
    compute: Compute,
    checkpoints: Checkpoints,
) -> dict[str, float]:
    """Score the setting that the project ships, as a trial is scored."""
    where = {"compute": compute.model_dump(), "checkpoints": checkpoints.model_dump()}
    task, parts = inner_parts(features, preparation, holdout, inner)
    objective = Objective(task, parts, regressor, training, seeds=inner.seeds, **where)
    return {"shipped.value": objective({})}


def choose_best(
    *,
    grid: pd.DataFrame,
    tpe: pd.DataFrame,
    shipped: dict[str, float],
    house: House,
    preparation: Preparation,
    regressor: Regressor,
    training: Recipe,
) -> tuple[dict[str, Any], pd.DataFrame, dict[str, float], str]:
    """Write the best setting as `house_price` takes it, and compare what was tried."""
    trials = {"grid": grid, "tpe": tpe}
    _, best = best_trial(trials)
    tuned = {"house_price": {regressor.name: tuned_settings(best, regressor, training)}}
    metrics = {f"{method}.value": float(frame["value"].min()) for method, frame in trials.items()}
    verdict = search_verdict(trials, shipped["shipped.value"], house, preparation)
    return tuned, leading_trials(trials), metrics | shipped, verdict


def draw_search_figures(
    grid: pd.DataFrame, tpe: pd.DataFrame, house: House, preparation: Preparation
) -> dict[str, Figure]:
    """Draw how the searches went, and what each setting does to the error."""
    unit = "log price" if preparation.log_price else HOUSES[house.dataset].unit
    trials = {"grid": grid, "tpe": tpe}
    return {
        "search_progress.png": figures.search_progress(trials, unit),
        "search_settings.png": figures.search_settings(trials, unit),
    }
