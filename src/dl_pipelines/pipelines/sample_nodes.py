"""Nodes of the pipelines that make images: who reads the samples, and what they are worth."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.evaluation.seeds import over_seeds
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import Mnist
from dl_pipelines.params.generation import ImageReading, SampleJudging
from dl_pipelines.pipelines import sample_adapters as adapters
from dl_pipelines.pipelines.sample_reader import find_reader, reader_name, train_reader

Arrays = dict[str, NDArray[Any]]


def provide_reader(
    *,
    classifiers: dict[str, Weights],
    images: Arrays,
    reading: ImageReading,
    checkpoints: Checkpoints,
) -> Weights:
    """Take the classifier that `mnist_cnn` has trained, or train one like it."""
    labelled = LabelledImages.from_arrays(images)
    found = find_reader(classifiers, labelled, reading)
    return found or train_reader(labelled, reading, checkpoints, sample=bool(images["sample"]))


def read_samples(
    *,
    images: Arrays,
    samples: Arrays,
    classifier: Weights,
    judging: SampleJudging,
    compute: Compute,
) -> Arrays:
    """Let the classifier look at samples, test images and as many training images."""
    labelled = LabelledImages.from_arrays(images)
    return adapters.read_all(labelled, samples, classifier, judging, compute)


def evaluate_samples(
    *,
    images: Arrays,
    samples: Arrays,
    readings: Arrays,
    classifier: Weights,
    judging: SampleJudging,
) -> tuple[dict[str, float], pd.DataFrame, pd.DataFrame]:
    """Judge each seed's samples by their features and classes; count those of the first seed."""
    labels, name = images["test_labels"].astype(np.int64), reader_name(classifier)
    by_seed = adapters.judge_samples(labels, samples, readings, judging, name)
    per_class = adapters.count_classes(labels, samples, readings["classes"][0])
    return over_seeds(by_seed), by_seed, per_class


def describe_run(
    mnist: Mnist, data_report: dict[str, Any], weights: Weights, classifier: Weights
) -> dict[str, str]:
    """Say what was learnt from, by which recipe, who has judged it, and whether for a look only."""
    return {
        "dataset": mnist.dataset,
        "data.source": data_report["source"],
        # What the weights are called, whatever this run's settings call theirs.
        "recipe": weights.header["name"],
        "profile": weights.header["profile"],
        "classifier": reader_name(classifier),
    }
