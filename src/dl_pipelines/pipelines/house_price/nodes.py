"""Nodes of `house_price` that prepare the table, fit models and predict."""

from typing import Any

import pandas as pd

from dl_pipelines.evaluation.importance import permutation_importance
from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.frames.houses.quality import quality_report
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.io.skops import Fitted
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.tabular import Baseline, House, Preparation, Report, Resampling
from dl_pipelines.pipelines.house_price.adapters import (
    cross_fit,
    fitting_settings,
    pack_weights,
    states_of,
    task_and_parts,
)
from dl_pipelines.training import pricing
from dl_pipelines.training.estimators import fit_estimators, fit_pipeline, predict_estimators


def ingest_houses(houses_source: pd.DataFrame, house: House) -> pd.DataFrame:
    """Check the houses of a file before they become the raw table."""
    return HOUSES[house.dataset].parse(houses_source)


def clean_houses(houses_raw: pd.DataFrame, house: House) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Repair what the data's own documentation explains, and report on the data's quality."""
    table = HOUSES[house.dataset]
    houses = table.clean(houses_raw)
    return houses, quality_report(houses_raw, houses, table)


def build_features(houses: pd.DataFrame, house: House) -> pd.DataFrame:
    """Derive what predicts a price, row by row: nothing is fitted here."""
    return HOUSES[house.dataset].features(houses)


def fit_encoder(features: pd.DataFrame, preparation: Preparation, holdout: Resampling) -> Fitted:
    """Keep what turns columns into the numbers that the networks of the holdout take."""
    task, (_, test) = task_and_parts(features, preparation, holdout)
    return Fitted(task.encoded(test.trained).encoder, task.columns.iloc[test.rows[:2]])


def train_holdout(
    *,
    features: pd.DataFrame,
    preparation: Preparation,
    holdout: Resampling,
    regressor: Regressor,
    training: RegressorRecipe,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[Weights, Weights, pd.DataFrame]:
    """Train the networks that predict the validation rows, and those that predict the test."""
    task, parts = task_and_parts(features, preparation, holdout)
    settings = fitting_settings(regressor, training, holdout.seeds, compute, checkpoints)
    fits = pricing.fit_parts(task, parts, **settings)
    validated, final = (
        pack_weights(task, part, states, regressor, training, seeds=holdout.seeds)
        for part, states in zip(parts, fits.states, strict=True)
    )
    return validated, final, pd.DataFrame(fits.history)


def predict_holdout(
    *,
    validation_weights: Weights,
    weights: Weights,
    features: pd.DataFrame,
    preparation: Preparation,
    holdout: Resampling,
    regressor: Regressor,
    training: RegressorRecipe,
) -> pd.DataFrame:
    """Predict the validation and the test rows, each by networks that have not seen them."""
    task, parts = task_and_parts(features, preparation, holdout)
    packed = zip((validation_weights, weights), parts, strict=True)
    states = [
        states_of(each, task, part, regressor, training, seeds=holdout.seeds)
        for each, part in packed
    ]
    learnt = pricing.predict_parts(task, parts, states, model=regressor.model_dump())
    return task.predictions(parts, learnt, holdout.seeds)


def explain_holdout(
    *,
    weights: Weights,
    features: pd.DataFrame,
    preparation: Preparation,
    holdout: Resampling,
    regressor: Regressor,
    training: RegressorRecipe,
    report: Report,
) -> pd.DataFrame:
    """Shuffle each column of the test rows, and measure what that costs."""
    task, (_, test) = task_and_parts(features, preparation, holdout)
    states = states_of(weights, task, test, regressor, training, seeds=holdout.seeds)
    predict = pricing.price_predictor(task, test, states, model=regressor.model_dump())
    return permutation_importance(
        predict,
        task.columns.iloc[test.rows],
        task.prices[test.rows],
        repeats=report.importance_repeats,
        seed=holdout.seed,
    )


def cross_predict(
    *,
    features: pd.DataFrame,
    preparation: Preparation,
    protocol: Resampling,
    regressor: Regressor,
    training: RegressorRecipe,
    compute: Compute,
    checkpoints: Checkpoints,
) -> pd.DataFrame:
    """Train on each split of an evaluation and predict its rows."""
    settings = fitting_settings(regressor, training, protocol.seeds, compute, checkpoints)
    return cross_fit(features, preparation, protocol, settings)[0]


def cross_predict_kfold(
    *,
    features: pd.DataFrame,
    preparation: Preparation,
    kfold: Resampling,
    regressor: Regressor,
    training: RegressorRecipe,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train on all folds but one and predict that one; keep its loss at each epoch."""
    settings = fitting_settings(regressor, training, kfold.seeds, compute, checkpoints)
    return cross_fit(features, preparation, kfold, settings)


def fit_baseline(
    features: pd.DataFrame, preparation: Preparation, holdout: Resampling, baseline: Baseline
) -> Fitted:
    """Fit a baseline on all rows of the holdout but those of the test."""
    task, (_, test) = task_and_parts(features, preparation, holdout)
    rows, settings = test.trained.train, baseline.model_dump()
    columns, prices = task.columns.iloc[rows], task.prices[rows]
    estimator = fit_pipeline(task.encoder(), columns, prices, log=task.log, **settings)
    return Fitted(estimator, task.columns.iloc[test.rows[:2]])


def cross_predict_baseline(
    *,
    features: pd.DataFrame,
    preparation: Preparation,
    protocol: Resampling,
    baseline: Baseline,
    compute: Compute,
) -> pd.DataFrame:
    """Fit a baseline on each split of an evaluation and predict what was held out."""
    task, parts = task_and_parts(features, preparation, protocol)
    tables = task.tables(parts)
    settings = {**baseline.model_dump(), "compute": compute.model_dump()}
    fitted = fit_estimators(tables, task.targets, **settings)
    learnt = predict_estimators(fitted, tables, [part.rows for part in parts])
    return task.predictions(parts, learnt)
