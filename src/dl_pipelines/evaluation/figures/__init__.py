"""Figures of the evaluation: every function returns a matplotlib Figure."""

from dl_pipelines.evaluation.figures.data import high_over_time, quality, summary_table
from dl_pipelines.evaluation.figures.diagnostics import lag_plot, residual_autocorrelation
from dl_pipelines.evaluation.figures.forecasters import comparison, error_by_year, model_comparison
from dl_pipelines.evaluation.figures.forecasts import (
    forecast_against_truth,
    forecast_zoom,
    interval_coverage,
)
from dl_pipelines.evaluation.figures.house_quality import data_quality, missing_map
from dl_pipelines.evaluation.figures.houses import correlation_map, target_distribution
from dl_pipelines.evaluation.figures.importance import permutation_importance_bars
from dl_pipelines.evaluation.figures.regressors import (
    calibration,
    residuals,
)
from dl_pipelines.evaluation.figures.search import search_progress, search_settings
from dl_pipelines.evaluation.figures.training import loss_curves, regularised_curves

__all__ = [
    "calibration",
    "comparison",
    "correlation_map",
    "data_quality",
    "error_by_year",
    "forecast_against_truth",
    "forecast_zoom",
    "high_over_time",
    "interval_coverage",
    "lag_plot",
    "loss_curves",
    "missing_map",
    "model_comparison",
    "permutation_importance_bars",
    "quality",
    "regularised_curves",
    "residual_autocorrelation",
    "residuals",
    "search_progress",
    "search_settings",
    "summary_table",
    "target_distribution",
]
