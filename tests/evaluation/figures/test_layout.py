"""What holds for every figure: named axes with units, and nothing cut off at the border."""

import datetime
from collections.abc import Callable

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.classification import CLASS_NAMES
from dl_pipelines.evaluation.figures.optimizers import Shown
from dl_pipelines.evaluation.panel import metrics_by_symbol
from dl_pipelines.evaluation.rank_ic import rank_ic
from tests.evaluation import panels
from tests.evaluation.figures import curve_frames, drift_frames
from tests.evaluation.figures.next_day_frames import FORECAST, past_of
from tests.evaluation.optimizer_frames import BANDS

FASHION = CLASS_NAMES["fashion"]
MNIST = Shown("MNIST", "cross-entropy, nats")
Draw = Callable[[pytest.FixtureRequest], Figure]


def _of(function: Callable[..., Figure], *inputs: str, **options: object) -> Draw:
    return lambda request: function(*map(request.getfixturevalue, inputs), **options)


def _next_day(bars: pd.DataFrame) -> Figure:
    return figures.next_day(bars, past_of(bars), FORECAST, coverage=0.8)


FIGURES = {
    "summary_table": _of(figures.summary_table, "bars"),
    "high_over_time": _of(figures.high_over_time, "bars", test_start=datetime.date(2019, 1, 1)),
    "quality": _of(figures.quality, "report", "bars"),
    "loss_curves": _of(figures.loss_curves, "history", variant="lstm"),
    "forecast_against_truth": _of(figures.forecast_against_truth, "forecasts", variant="textbook"),
    "forecast_zoom": _of(figures.forecast_zoom, "forecasts", variant="lstm.walk_forward", days=9),
    "interval_coverage": _of(figures.interval_coverage, "forecasts", variant="lstm"),
    "error_by_year": _of(figures.error_by_year, "by_year", variant="lstm"),
    "residual_autocorrelation": _of(
        figures.residual_autocorrelation, "forecasts", variant="lstm", lags=5
    ),
    "lag_plot": _of(figures.lag_plot, "forecasts", variant="textbook"),
    "comparison": _of(figures.comparison, "table"),
    "model_comparison": _of(figures.model_comparison, "by_split", unit="1,000 dollars"),
    "regularised_curves": _of(figures.regularised_curves, "curves"),
    "target_distribution": _of(figures.target_distribution, "prices", unit="dollars"),
    "correlation_map": _of(figures.correlation_map, "houses"),
    "missing_map": _of(figures.missing_map, "raw_houses", "cleaned_houses"),
    "data_quality": _of(figures.data_quality, "house_report"),
    "residuals": _of(figures.residuals, "predictions", variant="boosting", unit="dollars"),
    "calibration": _of(figures.calibration, "coverages", variant="tabm", unit="dollars"),
    "permutation_importance_bars": _of(
        figures.permutation_importance_bars, "importance", variant="tabm", unit="dollars"
    ),
    "search_progress": _of(figures.search_progress, "trials", shipped=3.0, unit="1,000 dollars"),
    "search_settings": _of(figures.search_settings, "trials", unit="1,000 dollars"),
    "accuracy_curves": _of(figures.accuracy_curves, "accuracies", variant="cnn"),
    "learning_rate": _of(figures.learning_rate, "history"),
    "sample_digits": _of(figures.sample_digits, "pictures", "labels", "names"),
    "worst_mistakes": _of(figures.worst_mistakes, "pictures", "mistakes", "names"),
    "learned_filters": _of(figures.learned_filters, "kernels"),
    "contact_sheet": _of(figures.contact_sheet, "thumbnails", "pictures", "answers"),
    "confusion_matrix": _of(figures.confusion_matrix, "confused", "names"),
    "reliability_diagram": _of(figures.reliability_diagram, "bins", ece=0.055),
    "robustness": _of(figures.robustness, "disturbed"),
    "reconstructions": _of(figures.reconstructions, "pictures", "pictures", variant="mnist_vae"),
    "generated_samples": _of(
        figures.generated_samples, "pictures", "labels", variant="mnist_gan", names=FASHION
    ),
    "sample_sheet": _of(figures.sample_sheet, "pictures", variant="mnist_cgan", asked="Dress"),
    "class_grid": _of(
        figures.class_grid, "class_rows", "read_rows", variant="mnist_cgan", names=FASHION
    ),
    "class_shares": _of(
        figures.class_shares, "sampled_classes", variant="mnist_gan", names=FASHION
    ),
    "latent_manifold": _of(
        figures.latent_manifold,
        "latent_grid",
        "latent_values",
        "grid_classes",
        variant="mnist_vae",
        names=FASHION,
    ),
    "latent_scatter": _of(
        figures.latent_scatter, "means", "labels", variant="mnist_vae", names=FASHION
    ),
    "latent_walks": _of(
        figures.latent_walks, "walks", "walk_classes", variant="mnist_vae", names=FASHION
    ),
    "training_strip": _of(figures.training_strip, "epoch_samples", "epochs", variant="mnist_dcgan"),
    "adversarial_curves": _of(
        figures.adversarial_curves, "adversarial_history", variant="mnist_gan"
    ),
    "generator_comparison": _of(figures.generator_comparison, "generators"),
    "optimizer_curves": _of(
        figures.optimizer_curves,
        "optimizer_losses",
        "ranked_optimizers",
        bootstrap=BANDS,
        shown=MNIST,
    ),
    "optimizer_switch": _of(
        figures.optimizer_switch,
        "optimizer_losses",
        "ranked_optimizers",
        bootstrap=BANDS,
        shown=MNIST,
        switch=40,
    ),
    "optimizer_sensitivity": _of(figures.optimizer_sensitivity, "optimizer_trials", shown=MNIST),
    "optimizer_ranking": _of(
        figures.optimizer_ranking, "optimizer_losses", "ranked_optimizers", shown=MNIST
    ),
    **curve_frames.FIGURES,
    **drift_frames.FIGURES,
    "next_day": lambda request: _next_day(request.getfixturevalue("bars")),
    "skill_by_symbol": lambda _: figures.skill_by_symbol(
        metrics_by_symbol(panels.forecasts(symbols=12))
    ),
    "rank_ic_over_time": lambda _: figures.rank_ic_over_time(rank_ic(panels.forecasts(days=60))),
    "tag_scores": _of(figures.tag_scores, "tag_tables"),
    "word_frequency": _of(figures.word_frequency, "frequency_tables"),
    "tagged_sentences": _of(figures.tagged_sentences, "sentences", variant="char_bilstm"),
}


def test_every_figure_is_checked():
    assert set(FIGURES) == set(figures.__all__)


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_nothing_is_cut_off(draw, request):
    figure = draw(request)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = figure.get_tightbbox(canvas.get_renderer())  # inches
    width, height = figure.get_size_inches()
    assert drawn.x0 >= 0
    assert drawn.y0 >= 0
    assert drawn.x1 <= width
    assert drawn.y1 <= height


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_axes_are_named_with_their_units(draw, request):
    figure = draw(request)
    panels = [panel for panel in figure.axes if panel.axison]
    for panel in panels:
        shared = not panel.yaxis.get_tick_params().get("labelleft", True)  # named on its left
        orientations = {getattr(bars, "orientation", "vertical") for bars in panel.containers}
        if not shared and "horizontal" not in orientations:
            assert "(" in panel.get_ylabel()  # horizontal bars have names there
    # A bar of colours has no horizontal axis.
    across = [panel for panel in panels if panel.get_label() != "<colorbar>"]
    assert all(panel.get_xlabel() for panel in across[-1:])
    assert figure.get_suptitle()
    assert figure.get_dpi() == 150
