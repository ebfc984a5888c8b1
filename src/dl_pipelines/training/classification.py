"""Classifiers of images: fit with several seeds, and predict.

Shapes: N images, H and W pixels, C classes, S seeds, n images of a part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.models import build_classifier, build_voters
from dl_pipelines.training.device import choose_device
from dl_pipelines.training.loop import Row
from dl_pipelines.training.parallel import run_trainings, torch_threads
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.supervised import train_supervised

_PREDICTION_BATCH = 1000

State = dict[str, Tensor]


@dataclass(frozen=True)
class Fit:
    """A trained classifier.

    Attributes:
        state: The network's state_dict.
        history: One row an epoch: `seed`, `epoch`, `train_loss`, `valid_loss`, `valid_accuracy`
            (if there are images to validate on) and `lr`.
        seconds: Wall time of the training, that before a resume included.
    """

    state: State
    history: list[Row]
    seconds: float


def fit_classifiers(
    images: Tensor,
    labels: Tensor,
    splits: Sequence[Split],
    *,
    classifier: Mapping[str, Any],
    training: Mapping[str, Any],
    augmentation: Mapping[str, float] | None,
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None = None,
) -> list[list[Fit]]:
    """Fit one classifier for each split and each seed, all in one pool.

    Args:
        images: Grey levels, uint8 [N, H, W].
        labels: Class of each image, int64 [N].
        splits: Images to train and to validate on; of the others nothing is seen.
        classifier: `architecture`, a key of `models.CLASSIFIERS`, its settings as `network`, and
            the number of `classes`.
        training: Settings of `params.Training`.
        augmentation: Settings of `data.augmentation.augment`; None for images as they are.
        compute: Settings of `params.Compute`.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.

    Returns:
        For each split the fits of all seeds.

    Raises:
        SettingError: If a setting does not fit, or training diverges.
    """
    shared = {
        "images": images,
        "labels": labels,
        "classifier": classifier,
        "training": training,
        "augmentation": augmentation,
        "compute": compute,
        "checkpoints": checkpoints,
    }
    seeds = training["seeds"]
    jobs = [shared | {"split": split, "seed": seed} for split in splits for seed in seeds]
    fits = run_trainings(_fit_one, jobs, compute)
    return [fits[first : first + len(seeds)] for first in range(0, len(fits), len(seeds))]


def _fit_one(
    *,
    images: Tensor,
    labels: Tensor,
    split: Split,
    classifier: Mapping[str, Any],
    training: Mapping[str, Any],
    augmentation: Mapping[str, float] | None,
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
    seed: int,
    progress: bool,
) -> Fit:
    recipe = {name: value for name, value in training.items() if name != "seeds"}
    with seed_everything(seed):
        network = build_classifier(
            classifier["architecture"],
            classifier["network"],
            size=images.shape[1],
            classes=classifier["classes"],
        )
    train, valid = ((images[rows], labels[rows]) for rows in (split.train, split.valid))
    fit = train_supervised(
        network,
        train,
        valid if len(split.valid) else None,
        **recipe,
        seed=seed,
        device=compute["device"],
        precision=compute["precision"],
        checkpoints=checkpoints,
        augmentation=augmentation,
        progress=progress,
    )
    return Fit(fit.state, [{"seed": seed, **row} for row in fit.history], fit.seconds)


def class_probabilities(
    header: Mapping[str, Any],
    states: Sequence[State],
    images: Tensor,
    rows: Indices,
    *,
    compute: Mapping[str, Any],
    shifts: int = 0,
) -> Tensor:
    """Predict images by each network.

    Args:
        header: What the networks are; see `models.build_voters`.
        states: The state_dict of each seed's network.
        images: Grey levels, uint8 [N, H, W].
        rows: The images to predict, [n].
        compute: Settings of `params.Compute`.
        shifts: Pixels by which images are moved to and fro; probabilities are averaged over it.

    Returns:
        Probabilities, float64 [S, n, C].
    """
    device = choose_device(compute["device"])
    parts = torch.split(images[rows], _PREDICTION_BATCH)
    probabilities = []
    with torch.inference_mode(), torch_threads(compute["threads"]):
        for state in states:
            network = build_voters(header, [state], shifts=shifts).to(device)
            outputs = [network(part.to(device)).cpu() for part in parts]
            probabilities.append(torch.cat(outputs))
    return torch.stack(probabilities).double()
