"""Nodes of `mnist_vae` that tell and draw what was found."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.classification import CLASS_NAMES
from dl_pipelines.evaluation.generator_tables import sample_table
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.classification import Mnist
from dl_pipelines.pipelines.sample_adapters import samples_verdict

SHOWN = 48  # reconstructions
SAMPLED = 160  # samples
LOSS = "Reconstruction + \N{GREEK SMALL LETTER BETA} \N{MULTIPLICATION SIGN} KL (nats an image)"

Arrays = dict[str, NDArray[Any]]


def report_results(
    *,
    data_report: dict[str, Any],
    tags: dict[str, str],
    samples: Arrays,
    test_metrics: dict[str, float],
    by_seed: pd.DataFrame,
    sample_metrics: dict[str, float],
    sample_by_seed: pd.DataFrame,
) -> tuple[dict[str, float], pd.DataFrame, str]:
    """Put all figures into one flat dictionary, one table and one verdict."""
    metrics = test_metrics | sample_metrics
    verdict = samples_verdict(metrics, samples, data_report, tags)
    return metrics, sample_table(by_seed.merge(sample_by_seed, on="seed")), verdict


def draw_results(
    *,
    images: Arrays,
    weights: Weights,
    history: pd.DataFrame,
    encoded: Arrays,
    explored: Arrays,
    samples: Arrays,
    readings: Arrays,
    per_class: pd.DataFrame,
    mnist: Mnist,
) -> dict[str, Figure]:
    """Draw how the networks learnt, and what the first one makes."""
    name, names = weights.header["name"], CLASS_NAMES[mnist.dataset]
    copies = encoded["reconstructions"][0][:SHOWN]
    made, read = samples["images"][0][:SAMPLED], readings["classes"][0]
    drawn = {
        "loss_curves.png": figures.loss_curves(history, name, loss=LOSS),
        "learning_rate.png": figures.learning_rate(history),
        "reconstructions.png": figures.reconstructions(images["test_images"][:SHOWN], copies, name),
        "samples.png": figures.generated_samples(made, read, name, names),
        "class_shares.png": figures.class_shares(per_class, name, names),
        "walks.png": figures.latent_walks(explored["walks"], None, name, names),
    }
    labels = images["test_labels"].astype(np.int64)
    return drawn | _plane(explored, encoded["means"][0], labels, name, names)


def _plane(
    explored: Arrays,
    means: NDArray[Any],
    labels: NDArray[np.int64],
    name: str,
    names: Sequence[str],
) -> dict[str, Figure]:
    """What can be drawn of two latents; nothing of more."""
    if "plane" not in explored:
        return {}
    plane, places = explored["plane"], explored["places"]
    return {
        "manifold.png": figures.latent_manifold(plane, places, None, name, names),
        "scatter.png": figures.latent_scatter(means, labels, name, names),
    }
