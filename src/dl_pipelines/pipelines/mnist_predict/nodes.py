"""Nodes of `mnist_predict`: thin adapters between the catalog and the layers below."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.pictures import (
    picture_listing,
    picture_metrics,
    picture_predictions,
    picture_verdict,
)
from dl_pipelines.io.pictures import Read
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Compute
from dl_pipelines.params.pictures import PictureReading
from dl_pipelines.pipelines.members import states_by_seed
from dl_pipelines.pipelines.mnist_predict.adapters import prepare
from dl_pipelines.training.classification import class_probabilities

Arrays = dict[str, NDArray[Any]]


def describe_networks(weights: Weights) -> dict[str, str]:
    """Say which networks read the pictures."""
    header = weights.header
    seeds = len(header["seeds"])
    return {"model": header["trained_by"], "recipe": header["name"], "networks": str(seeds)}


def prepare_pictures(pictures_source: Mapping[str, Read], reading: PictureReading) -> Arrays:
    """Read the pictures and make of each what a digit of MNIST is, or name its problem."""
    return prepare(pictures_source, shown=reading.shown)


def predict_pictures(pictures: Arrays, weights: Weights, compute: Compute) -> pd.DataFrame:
    """Let the networks vote on each picture without a problem, as they were judged."""
    sound = np.flatnonzero(pictures["problems"] == "")
    probabilities = class_probabilities(
        weights.header,
        [*states_by_seed(weights).values()],
        torch.from_numpy(pictures["digits"]),
        sound,
        compute=compute.model_dump(),
        shifts=weights.header["shifts"],
    ).mean(dim=0)
    return picture_predictions(
        pictures["files"],
        pictures["problems"],
        probabilities.numpy(),
        model=weights.header["trained_by"],
    )


def report_predictions(
    predictions: pd.DataFrame, tags: dict[str, str], reading: PictureReading
) -> tuple[pd.DataFrame, dict[str, float], str]:
    """Give the answers in a short table, in numbers and in words."""
    return (
        picture_listing(predictions.head(reading.shown)),
        picture_metrics(predictions),
        picture_verdict(predictions, **tags, shown=reading.shown),
    )


def draw_pictures(
    pictures: Arrays, predictions: pd.DataFrame, reading: PictureReading
) -> dict[str, Figure]:
    """Draw each picture as it was found and as the networks see it, with the answer."""
    thumbnails = pictures["thumbnails"][: reading.shown]
    sheet = figures.contact_sheet(thumbnails, pictures["digits"], predictions)
    return {"contact_sheet.png": sheet}
