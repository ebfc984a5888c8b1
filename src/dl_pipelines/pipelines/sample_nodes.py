"""Nodes of the pipelines that make images: who reads the samples, and what they are worth."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.classification import Mnist
from dl_pipelines.params.generation import Generative, ImageReading, SampleJudging
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
    *, images: Arrays, samples: Arrays, readings: Arrays, judging: SampleJudging
) -> tuple[dict[str, float], pd.DataFrame, pd.DataFrame]:
    """Judge each seed's samples by their features and classes; count those of the first seed."""
    labels = images["test_labels"].astype(np.int64)
    by_seed = adapters.judge_samples(labels, samples, readings, judging)
    per_class = adapters.count_classes(labels, samples, readings["classes"][0])
    return adapters.summarise(by_seed, readings, labels), by_seed, per_class


def announce_run(
    *, mnist: Mnist, generative: Generative, data_report: dict[str, Any], classifier: Weights
) -> dict[str, str]:
    """Say before the training, which may fail, what this run is and who will judge it."""
    return {
        "dataset": mnist.dataset,
        "data.source": data_report["source"],
        "data.sample": str(data_report["sample"]).lower(),
        "profile": generative.profile,
        "classifier": reader_name(classifier),
        "classifier.recipe": classifier.header["name"],
    }


def describe_run(announced: dict[str, str], weights: Weights, readings: Arrays) -> dict[str, str]:
    """Say by which recipe the networks were trained, and who has judged them."""
    return announced | {
        # What the weights are called, whatever this run's settings call theirs.
        "recipe": weights.header["name"],
        "profile": weights.header["profile"],
        "classifier": str(readings["network"]),
    }
