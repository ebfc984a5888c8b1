"""Nodes of the pipelines of generative adversarial networks that tell and draw what was found."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.classification import CLASS_NAMES
from dl_pipelines.evaluation.figures.animation import samples_animation
from dl_pipelines.evaluation.generator_tables import sample_table
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.classification import Mnist
from dl_pipelines.pipelines.sample_adapters import samples_verdict

SHOWN = 160  # samples

Arrays = dict[str, NDArray[Any]]


def report_results(
    *,
    data_report: dict[str, Any],
    tags: dict[str, str],
    samples: Arrays,
    sample_metrics: dict[str, float],
    sample_by_seed: pd.DataFrame,
    taught_metrics: dict[str, float],
    timing: dict[str, float],
) -> tuple[dict[str, float], pd.DataFrame, str]:
    """Put all figures into one flat dictionary, one table and one verdict."""
    metrics = sample_metrics | taught_metrics
    verdict = samples_verdict(metrics, samples, data_report, tags)
    return metrics | timing, sample_table(sample_by_seed), verdict


def draw_results(
    *,
    weights: Weights,
    history: pd.DataFrame,
    progress: Arrays,
    samples: Arrays,
    readings: Arrays,
    per_class: pd.DataFrame,
    grid: Arrays,
    mnist: Mnist,
) -> tuple[dict[str, Figure], bytes]:
    """Draw how both networks learnt, and what the first seed's generator makes."""
    name, names = weights.header["name"], CLASS_NAMES[mnist.dataset]
    epochs = np.arange(1, len(progress["images"]) + 1)
    made, read = samples["images"][0], readings["classes"][0]
    drawn = {
        "adversarial_curves.png": figures.adversarial_curves(history, name),
        "samples.png": figures.generated_samples(made[:SHOWN], read, name, names),
        "strip.png": figures.training_strip(progress["images"], epochs, name),
        "class_shares.png": figures.class_shares(per_class, name, names),
    }
    if grid:
        drawn["class_grid.png"] = figures.class_grid(grid["images"], grid["read"], name, names)
    return drawn, samples_animation(progress["images"], epochs)
