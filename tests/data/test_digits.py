import numpy as np
import pytest
import torch

from dl_pipelines.data.digits import LabelledImages
from dl_pipelines.errors import SettingError


@pytest.fixture
def labelled() -> LabelledImages:
    """30 training images of three classes and 6 test images; each image holds its number."""
    numbers = np.arange(36, dtype=np.uint8)
    images = np.broadcast_to(numbers[:, None, None], (36, 2, 2)).copy()
    labels = (numbers % 3).astype(np.uint8)
    return LabelledImages.from_arrays(
        {
            "train_images": images[:30],
            "train_labels": labels[:30],
            "test_images": images[30:],
            "test_labels": labels[30:],
        }
    )


def test_training_images_come_first_and_stay_bytes(labelled):
    assert labelled.images.dtype == torch.uint8
    assert labelled.labels.dtype == torch.int64
    assert labelled.images[:, 0, 0].tolist() == list(range(36))
    assert labelled.test.tolist() == [30, 31, 32, 33, 34, 35]


def test_each_class_has_its_share_of_the_validation(labelled):
    split = labelled.holdout(validation_fraction=0.2, seed=0)
    assert sorted([*split.train, *split.valid]) == list(range(30))
    assert torch.bincount(labelled.labels[split.valid]).tolist() == [2, 2, 2]
    assert split.test.tolist() == labelled.test.tolist()
    other = labelled.holdout(validation_fraction=0.2, seed=1)
    assert split.valid.tolist() != other.valid.tolist()


def test_a_holdout_of_some_images_leaves_the_others_out(labelled):
    split = labelled.holdout(validation_fraction=0.5, seed=0, images=18)
    used = np.concatenate([split.train, split.valid])
    assert len(split.train) == len(split.valid) == 9
    assert len(set(used)) == 18 and used.max() < labelled.known
    assert torch.bincount(labelled.labels[used]).tolist() == [6, 6, 6]
    np.testing.assert_array_equal(split.test, labelled.test)


def test_more_images_than_there_are_means_all(labelled):
    whole, capped = (
        labelled.holdout(validation_fraction=0.5, seed=0, images=images)
        for images in (None, labelled.known + 1)
    )
    for part in ("train", "valid"):
        np.testing.assert_array_equal(getattr(whole, part), getattr(capped, part))


def test_too_few_images_are_refused(labelled):
    with pytest.raises(SettingError, match=r"a class of the 1 training images out: .* more images"):
        labelled.holdout(validation_fraction=0.5, seed=0, images=1)


def test_a_holdout_without_a_class_is_refused(labelled):
    with pytest.raises(SettingError, match=r"'validation_fraction' is 0\.05, which leaves a class"):
        labelled.holdout(validation_fraction=0.05, seed=0)


def test_each_training_image_is_in_one_fold(labelled):
    folds = labelled.folds(folds=5, seed=0)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(30))
    for fold in folds:
        assert not set(fold.train) & set(fold.test)
        assert torch.bincount(labelled.labels[fold.test]).tolist() == [2, 2, 2]
    assert labelled.folds(folds=0, seed=0) == []


def test_more_folds_than_images_of_a_class_are_refused(labelled):
    with pytest.raises(SettingError, match="'folds' is 11, but a class has 10 training images"):
        labelled.folds(folds=11, seed=0)
