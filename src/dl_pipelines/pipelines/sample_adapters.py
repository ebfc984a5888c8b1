"""Samples of several seeds: made, read and judged.

Shapes: S seeds, N samples a seed, M test images, F features, H x W pixels.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.evaluation.generation import feature_metrics, floor_metrics, generator_metrics
from dl_pipelines.evaluation.generation_verdict import generation_verdict
from dl_pipelines.evaluation.sample_classes import (
    class_histogram,
    conditional_accuracy,
    conditional_metrics,
)
from dl_pipelines.evaluation.seeds import over_seeds
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Compute
from dl_pipelines.params.generation import SampleJudging
from dl_pipelines.pipelines.image_weights import CLASSES
from dl_pipelines.pipelines.sample_reader import first_member, reader_name
from dl_pipelines.training.reading import read_images

Arrays = dict[str, NDArray[Any]]

# what is the same for all seeds, or is itself a spread or a bound
_NO_SPREAD = ("_floor_sd", "_reference_sd", "_subset_sd_sd", "_low_sd", "_high_sd")

# Number of images, noise and, where there are classes, those asked for -> uint8 [N, H, W]
Sampler = Callable[[int, torch.Generator, Tensor | None], Tensor]


def draw_samples(
    samplers: Mapping[int, Sampler], count: int, seed: int, *, conditional: bool = False
) -> Arrays:
    """Let the network of each seed make images of the same noise.

    Args:
        samplers: Seed → what makes images.
        count: Images of each seed, N.
        seed: Seed of the noise.
        conditional: Whether they can be asked for classes.

    Returns:
        `images` uint8 [S, N, H, W], `seeds` [S] and, of conditional networks, the classes that were
        `asked` for [N]: all of them in turn.
    """
    asked = torch.arange(count) % CLASSES if conditional else None
    made = [
        sample(count, torch.Generator().manual_seed(seed), asked) for sample in samplers.values()
    ]
    samples = {"images": torch.stack(made).numpy(), "seeds": np.array([*samplers])}
    return samples if asked is None else samples | {"asked": asked.numpy()}


def read_all(
    images: LabelledImages,
    samples: Arrays,
    classifier: Weights,
    judging: SampleJudging,
    compute: Compute,
) -> Arrays:
    """Read samples, the test images and as many training images.

    Returns:
        `features` float32 [S, N, F] and `classes` int64 [S, N] of the samples; `test_features`
        [M, F], `test_classes` [M] and `train_features` [N, F] of real images, the latter drawn at
        random; `network`, whose features they are.
    """

    def read(pictures: Tensor) -> tuple[Tensor, Tensor]:
        return read_images(*first_member(classifier), pictures, compute=compute.model_dump())

    features, classes = zip(*map(read, torch.from_numpy(samples["images"])), strict=True)
    count = samples["images"].shape[1]
    chosen = np.random.default_rng(judging.seed).permutation(images.known)[:count]
    test_features, test_classes = read(images.images[images.test])
    return {
        "network": np.array(reader_name(classifier)),
        "features": torch.stack(features).numpy(),
        "classes": torch.stack(classes).numpy(),
        "test_features": test_features.numpy(),
        "test_classes": test_classes.numpy(),
        "train_features": read(images.images[chosen])[0].numpy(),
    }


def judge_samples(
    labels: NDArray[np.int64], samples: Arrays, readings: Arrays, judging: SampleJudging
) -> pd.DataFrame:
    """Figures of each seed's samples.

    Args:
        labels: Classes of the test images [M].
        samples: Of `draw_samples`.
        readings: Of `read_all`.
        judging: How they are judged.

    Returns:
        One row a seed: seed, the figures of `generator_metrics` and, where classes were asked for,
        of `conditional_metrics`.
    """
    real, settings, name = readings["test_features"], judging.distances, str(readings["network"])
    rows_made = readings["features"].shape[1]
    floor = floor_metrics(readings["train_features"], real, rows=rows_made, **settings)
    rows = []
    for seed, features, read in zip(
        samples["seeds"], readings["features"], readings["classes"], strict=True
    ):
        near = feature_metrics(features, real, **settings)
        histogram = class_histogram(read, labels, classes=CLASSES)
        row = {"seed": int(seed)} | generator_metrics(near, floor, histogram, network=name)
        if "asked" in samples:
            obeyed = conditional_accuracy(samples["asked"], read, classes=CLASSES)
            row |= conditional_metrics(obeyed)
        rows.append(row)
    return pd.DataFrame(rows)


def summarise(
    by_seed: pd.DataFrame, readings: Arrays, labels: NDArray[np.int64]
) -> dict[str, float]:
    """Figures of all seeds.

    Returns:
        Means over the seeds and, where there are several, `<figure>_sd` of the generators' own
        figures; `classifier_accuracy`, the share of test images that the classifier reads right.
    """
    metrics = {
        name: value
        for name, value in over_seeds(by_seed).items()
        if not name.endswith(_NO_SPREAD) and not (name.endswith("_sd") and "." in name)
    }
    right = float((readings["test_classes"] == labels).mean())
    return metrics | {"classifier_accuracy": right}


def count_classes(
    labels: NDArray[np.int64], samples: Arrays, read: NDArray[np.int64]
) -> pd.DataFrame:
    """How often each class is read in samples and is real, and how often what was asked for.

    Returns:
        The frame of `class_histogram`, with the columns of `conditional_accuracy` where classes
        were asked for.
    """
    table = class_histogram(read, labels, classes=CLASSES)
    if "asked" not in samples:
        return table
    return table.merge(conditional_accuracy(samples["asked"], read, classes=CLASSES), on="class")


def samples_verdict(
    metrics: Mapping[str, float],
    samples: Arrays,
    data_report: Mapping[str, Any],
    tags: Mapping[str, str],
) -> str:
    """What a run's figures say, in words; see `generation_verdict`."""
    return generation_verdict(
        metrics,
        name=tags["recipe"],
        source=data_report["source"],
        network=tags["classifier"],
        samples=samples["images"].shape[1],
        sample=data_report["sample"],
        quick=tags["profile"] == "quick",
    )
