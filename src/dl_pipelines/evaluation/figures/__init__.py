"""Figures of the evaluation: every function returns a matplotlib Figure."""

from dl_pipelines.evaluation.figures.data import high_over_time, quality, summary_table
from dl_pipelines.evaluation.figures.diagnostics import lag_plot, residual_autocorrelation
from dl_pipelines.evaluation.figures.forecasters import comparison, error_by_year
from dl_pipelines.evaluation.figures.forecasts import (
    forecast_against_truth,
    forecast_zoom,
    interval_coverage,
)
from dl_pipelines.evaluation.figures.training import loss_curves

__all__ = [
    "comparison",
    "error_by_year",
    "forecast_against_truth",
    "forecast_zoom",
    "high_over_time",
    "interval_coverage",
    "lag_plot",
    "loss_curves",
    "quality",
    "residual_autocorrelation",
    "summary_table",
]
