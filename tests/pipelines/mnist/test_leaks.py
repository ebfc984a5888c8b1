"""Images that nothing may be learnt from are changed; the training must not notice."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.params.classification import Classifier, ImageFolds
from dl_pipelines.pipelines import image_nodes as nodes
from dl_pipelines.pipelines.image_adapters import fitting_settings
from dl_pipelines.training.classification import fit_classifiers
from tests.pipelines.mnist.image_settings import CNN, HOLDOUT, MLP, SETTINGS

KFOLD = ImageFolds(folds=3)
CLASSIFIERS = [MLP, CNN]


@pytest.fixture(scope="module")
def other_test(images) -> dict[str, Any]:
    """Another test: negatives of its images, and other labels."""
    return images | {
        "test_images": 255 - images["test_images"],
        "test_labels": (images["test_labels"] + 3) % 10,
    }


def negatives(images: dict[str, Any], rows: np.ndarray) -> dict[str, Any]:
    """The same with the negatives of some training images."""
    changed = images["train_images"].copy()
    changed[rows] = 255 - changed[rows]
    return images | {"train_images": changed}


def assert_same_state(
    one: dict[str, torch.Tensor], other: dict[str, torch.Tensor], *, same: bool = True
) -> None:
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one) == same


def trained(images: dict[str, Any], classifier: Classifier) -> tuple[Any, pd.DataFrame]:
    weights, history, _ = nodes.train_holdout(
        images=images, holdout=HOLDOUT, classifier=classifier, **SETTINGS
    )
    return weights.state, history


@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda classifier: classifier.name)
def test_weights_and_history_do_not_know_the_test(images, other_test, classifier):
    state, history = trained(images, classifier)
    other, other_history = trained(other_test, classifier)
    assert_same_state(state, other)
    pd.testing.assert_frame_equal(history, other_history, check_exact=True)


@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda classifier: classifier.name)
def test_weights_do_not_know_what_validates(images, classifier):
    valid = LabelledImages.from_arrays(images).holdout(**HOLDOUT.model_dump()).valid
    state, history = trained(images, classifier)
    other, other_history = trained(negatives(images, valid), classifier)
    assert_same_state(state, other)
    judged = ["valid_loss", "valid_accuracy"]
    pd.testing.assert_frame_equal(
        history.drop(columns=judged), other_history.drop(columns=judged), check_exact=True
    )
    assert (history["valid_loss"] != other_history["valid_loss"]).all()


def test_weights_do_know_what_they_learn_from(images):
    train = LabelledImages.from_arrays(images).holdout(**HOLDOUT.model_dump()).train
    state, _ = trained(images, MLP)
    other, _ = trained(negatives(images, train[:1]), MLP)
    assert_same_state(state, other, same=False)


def test_k_fold_does_not_know_the_test(images, other_test):
    one, other = (
        nodes.evaluate_kfold(images=each, kfold=KFOLD, holdout=HOLDOUT, classifier=MLP, **SETTINGS)
        for each in (images, other_test)
    )
    assert one == other
    assert set(one) == {"kfold.accuracy_mean", "kfold.accuracy_sd"}


def test_a_fold_is_not_known_to_the_network_that_it_judges(images):
    labelled = LabelledImages.from_arrays(images)
    splits = labelled.folds(**KFOLD.model_dump())
    settings = fitting_settings(MLP, **SETTINGS, sample=False)

    def states(images: LabelledImages) -> list[dict[str, torch.Tensor]]:
        folds = fit_classifiers(images.images, images.labels, splits, **settings)
        return [fit.state for (fit,) in folds]

    changed = LabelledImages.from_arrays(negatives(images, splits[1].test))
    for fold, (one, other) in enumerate(zip(states(labelled), states(changed), strict=True)):
        assert_same_state(one, other, same=fold == 1)


def test_folds_share_the_training_images_and_take_no_other(images):
    splits = LabelledImages.from_arrays(images).folds(**KFOLD.model_dump())
    tested = np.concatenate([split.test for split in splits])
    assert sorted(tested) == list(range(240))
    for split in splits:
        assert not set(split.train) & set(split.test)
        assert len(split.train) + len(split.test) == 240
