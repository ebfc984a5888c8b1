"""Nodes of `house_price` that judge predictions, compare models and draw."""

from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.conformal import split_conformal
from dl_pipelines.evaluation.resampling import average_predictions, metrics_by_seed, repeats
from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.frames.houses.quality import quality_report
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.tabular import Evaluations, House, Preparation, Report, Resampling
from dl_pipelines.pipelines.house_price.adapters import calibrate, held_out_curves, score
from dl_pipelines.pipelines.house_price.comparison import (
    CLAIMED,
    Comparison,
    join_scores,
    metric_of,
    scores_of,
)

Scores = tuple[dict[str, float], pd.DataFrame]


def average_networks(**predictions: pd.DataFrame) -> pd.DataFrame:
    """Average the predictions of all networks: an ensemble of them."""
    return average_predictions(predictions)


def evaluate_holdout(
    predictions: pd.DataFrame, preparation: Preparation, report: Report
) -> tuple[dict[str, float], pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Judge the predictions of the test rows, of each seed, and of intervals from validation."""
    metrics, scores = score(predictions, preparation, "holdout")
    valid, test = (predictions[predictions["part"] == part] for part in ("valid", "test"))
    calibration = split_conformal(
        test["actual"],
        test["prediction"],
        errors=valid["actual"] - valid["prediction"],
        coverages=report.coverages,
    )
    return metrics, scores, calibration, metrics_by_seed(predictions, log=preparation.log_price)


def evaluate_kfold(
    predictions: pd.DataFrame, preparation: Preparation, report: Report
) -> tuple[dict[str, float], pd.DataFrame, pd.DataFrame]:
    """Judge each fold by models of the others, and intervals by the errors in the others."""
    metrics, scores = score(predictions, preparation, "kfold")
    return metrics, scores, calibrate(predictions, report.coverages)


def evaluate_repeated_kfold(
    predictions: pd.DataFrame, preparation: Preparation, repeated_kfold: Resampling
) -> Scores:
    """Judge several k-folds, and how much luck there is in the draw of one."""
    metrics, by_split = score(predictions, preparation, "repeated_kfold")
    if metrics:
        spread = repeats(by_split, repeated_kfold.folds)["rmse"].std()
        metrics["repeated_kfold.rmse_sd_of_repeats"] = float(spread)
    return metrics, by_split


def evaluate_random_splits(predictions: pd.DataFrame, preparation: Preparation) -> Scores:
    """Judge the test rows of each random split."""
    return score(predictions, preparation, "random_splits")


def gather_scores(
    holdout: pd.DataFrame,
    kfold: pd.DataFrame,
    repeated_kfold: pd.DataFrame,
    random_splits: pd.DataFrame,
) -> pd.DataFrame:
    """Put the scores of a model in all evaluations below each other."""
    return join_scores(
        {
            "holdout": holdout,
            "kfold": kfold,
            "repeated_kfold": repeated_kfold,
            "random_splits": random_splits,
        }
    )


def find_claims(
    *,
    plain_regressor: Regressor,
    plain_training: RegressorRecipe,
    dropout_regressor: Regressor,
    dropout_training: RegressorRecipe,
    batchnorm_regressor: Regressor,
    batchnorm_training: RegressorRecipe,
) -> list[str]:
    """Find the claims that can be judged: the network is the plain one but for one setting."""
    recipes = {"dropout": dropout_training, "batchnorm": batchnorm_training}
    networks = {"dropout": dropout_regressor, "batchnorm": batchnorm_regressor}
    return [
        name
        for name, setting in CLAIMED.items()
        if networks[name].without(setting) == plain_regressor.without(setting)
        and recipes[name] == plain_training
    ]


def compare(
    *,
    house: House,
    preparation: Preparation,
    evaluations: Evaluations,
    claims: list[str],
    **scores: pd.DataFrame,
) -> tuple[dict[str, float], pd.DataFrame, str, dict[str, str]]:
    """Put all figures into one flat dictionary, one table and one verdict; choose the best net."""
    compared = Comparison(house, preparation, evaluations, scores, claims)
    return compared.metrics(), compared.table(), compared.verdict(), compared.tags()


def draw_network_figures(
    *,
    history: pd.DataFrame,
    importance: pd.DataFrame,
    holdout_predictions: pd.DataFrame,
    kfold_predictions: pd.DataFrame,
    holdout_calibration: pd.DataFrame,
    kfold_calibration: pd.DataFrame,
    regressor: Regressor,
    house: House,
) -> dict[str, Figure]:
    """Draw how a network learnt, where it errs and what it looks at."""
    name, unit = regressor.name, HOUSES[house.dataset].unit
    folds = len(kfold_predictions) > 0  # they test all rows, a holdout some
    predictions = kfold_predictions if folds else holdout_predictions
    calibration = kfold_calibration if folds else holdout_calibration
    return {
        "loss_curves.png": figures.loss_curves(history, name),
        "residuals.png": figures.residuals(predictions, name, unit),
        "calibration.png": figures.calibration(calibration, name, unit),
        "permutation_importance.png": figures.permutation_importance_bars(importance, name, unit),
    }


def draw_data_figures(
    *,
    houses_raw: pd.DataFrame,
    houses: pd.DataFrame,
    features: pd.DataFrame,
    house: House,
) -> dict[str, Figure]:
    """Draw what the table holds, what was missing and what was repaired."""
    table = HOUSES[house.dataset]
    return {
        "target_distribution.png": figures.target_distribution(features["price"], table.unit),
        "correlation_map.png": figures.correlation_map(features),
        "missing_map.png": figures.missing_map(houses_raw, houses),
        "data_quality.png": figures.data_quality(quality_report(houses_raw, houses, table)),
    }


def draw_comparison_figures(
    *,
    plain_curves: pd.DataFrame,
    plain_history: pd.DataFrame,
    dropout_curves: pd.DataFrame,
    dropout_history: pd.DataFrame,
    batchnorm_curves: pd.DataFrame,
    batchnorm_history: pd.DataFrame,
    house: House,
    preparation: Preparation,
    evaluations: Evaluations,
    claims: list[str],
    **scores: pd.DataFrame,
) -> dict[str, Figure]:
    """Draw the models side by side, and the book's figures 5-8 and 5-9 where they are judged."""
    plain, where = held_out_curves(plain_curves, plain_history)
    regularised = {
        "dropout": held_out_curves(dropout_curves, dropout_history)[0],
        "batchnorm": held_out_curves(batchnorm_curves, batchnorm_history)[0],
    }
    draw = partial(figures.regularised_curves, where=where)
    compared = scores_of(scores, evaluations.reported)
    unit, metric = HOUSES[house.dataset].unit, metric_of(preparation)
    return {
        "comparison.png": figures.model_comparison(compared, unit, metric),
        **{f"{name}.png": draw({"plain": plain, name: regularised[name]}) for name in claims},
    }
