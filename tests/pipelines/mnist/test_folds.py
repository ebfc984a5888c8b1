"""Cross-validation, judged again from rows that are really held out."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.model_selection import StratifiedKFold

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.data.splits import Split
from dl_pipelines.models import build_voters
from dl_pipelines.params.classification import ImageFolds, ImageHoldout, ImageTraining
from dl_pipelines.pipelines import image_nodes as nodes
from dl_pipelines.pipelines.image_adapters import fitting_settings, folds_of
from dl_pipelines.training.classification import fit_classifiers
from tests.pipelines.mnist.image_settings import HOLDOUT, MLP, SETTINGS

KFOLD = ImageFolds(folds=3, seed=4)
# Enough to be right about half of the time, so that folds differ.
LEARNING = SETTINGS | {"training": ImageTraining(epochs=6, batch_size=16, seeds=(3, 1))}


def accuracy(images: dict[str, Any], train: np.ndarray, test: np.ndarray) -> float:
    """Of the first seed's network on `test`, after it has seen `train` and nothing else."""
    pixels, labels = images["train_images"][train], images["train_labels"][train]
    settings = fitting_settings(MLP, **LEARNING, sample=False)
    settings["training"]["seeds"] = (3,)
    rows = Split(np.arange(len(train)), np.arange(0), np.arange(0))
    ((fit,),) = fit_classifiers(
        torch.from_numpy(pixels), torch.from_numpy(labels).long(), [rows], **settings
    )
    header = MLP.model_dump() | {"size": 28, "classes": 10}
    with torch.inference_mode():
        guesses = build_voters(header, [fit.state])(torch.from_numpy(images["train_images"][test]))
    return float((guesses.argmax(dim=1).numpy() == images["train_labels"][test]).mean())


def test_k_fold_is_the_accuracy_on_rows_that_were_held_out(images):
    splitter = StratifiedKFold(3, shuffle=True, random_state=4)
    parts = [*splitter.split(images["train_images"], images["train_labels"])]
    expected = [accuracy(images, train, test) for train, test in parts]
    assert len(set(expected)) > 1
    told = nodes.evaluate_kfold(
        images=images, kfold=KFOLD, holdout=HOLDOUT, classifier=MLP, **LEARNING
    )
    assert told["kfold.accuracy_mean"] == pytest.approx(np.mean(expected))
    assert told["kfold.accuracy_sd"] == pytest.approx(np.std(expected, ddof=1))


@pytest.mark.parametrize("stopping", [{"patience": 1}, {"schedule": {"name": "plateau"}}])
def test_a_fold_that_needs_images_to_validate_on_takes_them_from_those_that_learn(images, stopping):
    training = ImageTraining.model_validate({"epochs": 3, "batch_size": 16, **stopping})
    labelled = LabelledImages.from_arrays(images)
    for split in folds_of(labelled, KFOLD, HOLDOUT, training):
        assert (len(split.train), len(split.valid), len(split.test)) == (120, 40, 80)
        assert sorted([*split.train, *split.valid, *split.test]) == list(range(240))
    told = nodes.evaluate_kfold(
        images=images,
        kfold=KFOLD,
        holdout=HOLDOUT,
        classifier=MLP,
        **(SETTINGS | {"training": training}),
    )
    assert 0.0 < told["kfold.accuracy_mean"] < 1.0


def test_without_that_need_all_others_learn(images):
    labelled = LabelledImages.from_arrays(images)
    for split in folds_of(labelled, KFOLD, HOLDOUT, SETTINGS["training"]):
        assert (len(split.train), len(split.valid), len(split.test)) == (160, 0, 80)


def test_folds_are_those_of_the_images_that_the_holdout_uses(images):
    labelled = LabelledImages.from_arrays(images)
    few = ImageHoldout(images=90, validation_fraction=0.25, seed=1)
    split = labelled.holdout(**few.model_dump())
    folds = folds_of(labelled, KFOLD, few, SETTINGS["training"])
    tested = np.concatenate([fold.test for fold in folds])
    assert sorted(tested) == sorted([*split.train, *split.valid])
