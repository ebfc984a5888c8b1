"""Figures of the evaluation: every function returns a matplotlib Figure."""

from dl_pipelines.evaluation.figures.adversaries import adversarial_curves, training_strip
from dl_pipelines.evaluation.figures.classifiers import (
    confusion_matrix,
    reliability_diagram,
    robustness,
)
from dl_pipelines.evaluation.figures.curve_fits import curve_points, descent_losses, parabola_fit
from dl_pipelines.evaluation.figures.data import high_over_time, quality, summary_table
from dl_pipelines.evaluation.figures.diagnostics import lag_plot, residual_autocorrelation
from dl_pipelines.evaluation.figures.digits import learned_filters, sample_digits, worst_mistakes
from dl_pipelines.evaluation.figures.drift import drift_distributions, feature_drift_bars
from dl_pipelines.evaluation.figures.drift_errors import drift_errors
from dl_pipelines.evaluation.figures.forecasters import comparison, error_by_year, model_comparison
from dl_pipelines.evaluation.figures.forecasts import (
    forecast_against_truth,
    forecast_zoom,
    interval_coverage,
)
from dl_pipelines.evaluation.figures.generated_classes import class_grid, class_shares
from dl_pipelines.evaluation.figures.generator_ranks import generator_comparison
from dl_pipelines.evaluation.figures.generators import (
    generated_samples,
    reconstructions,
    sample_sheet,
)
from dl_pipelines.evaluation.figures.house_quality import data_quality, missing_map
from dl_pipelines.evaluation.figures.houses import correlation_map, target_distribution
from dl_pipelines.evaluation.figures.importance import permutation_importance_bars
from dl_pipelines.evaluation.figures.latents import (
    latent_manifold,
    latent_scatter,
    latent_walks,
)
from dl_pipelines.evaluation.figures.learning import accuracy_curves, learning_rate
from dl_pipelines.evaluation.figures.next_day import next_day
from dl_pipelines.evaluation.figures.optimizer_rates import (
    optimizer_ranking,
    optimizer_sensitivity,
)
from dl_pipelines.evaluation.figures.optimizers import optimizer_curves, optimizer_switch
from dl_pipelines.evaluation.figures.panel import rank_ic_over_time, skill_by_symbol
from dl_pipelines.evaluation.figures.pictures import contact_sheet
from dl_pipelines.evaluation.figures.polynomials import polynomial_fit, polynomial_losses
from dl_pipelines.evaluation.figures.regressors import (
    calibration,
    residuals,
)
from dl_pipelines.evaluation.figures.search import search_progress, search_settings
from dl_pipelines.evaluation.figures.tagged_sentences import tagged_sentences
from dl_pipelines.evaluation.figures.tagging import tag_scores, word_frequency
from dl_pipelines.evaluation.figures.training import loss_curves, regularised_curves

__all__ = [
    "accuracy_curves",
    "adversarial_curves",
    "calibration",
    "class_grid",
    "class_shares",
    "comparison",
    "confusion_matrix",
    "contact_sheet",
    "correlation_map",
    "curve_points",
    "data_quality",
    "descent_losses",
    "drift_distributions",
    "drift_errors",
    "error_by_year",
    "feature_drift_bars",
    "forecast_against_truth",
    "forecast_zoom",
    "generated_samples",
    "generator_comparison",
    "high_over_time",
    "interval_coverage",
    "lag_plot",
    "latent_manifold",
    "latent_scatter",
    "latent_walks",
    "learned_filters",
    "learning_rate",
    "loss_curves",
    "missing_map",
    "model_comparison",
    "next_day",
    "optimizer_curves",
    "optimizer_ranking",
    "optimizer_sensitivity",
    "optimizer_switch",
    "parabola_fit",
    "permutation_importance_bars",
    "polynomial_fit",
    "polynomial_losses",
    "quality",
    "rank_ic_over_time",
    "reconstructions",
    "regularised_curves",
    "reliability_diagram",
    "residual_autocorrelation",
    "residuals",
    "robustness",
    "sample_digits",
    "sample_sheet",
    "search_progress",
    "search_settings",
    "skill_by_symbol",
    "summary_table",
    "tag_scores",
    "tagged_sentences",
    "target_distribution",
    "training_strip",
    "word_frequency",
    "worst_mistakes",
]
