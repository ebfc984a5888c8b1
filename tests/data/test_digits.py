import numpy as np
import pytest
import torch

from dl_pipelines.data.digits import LabelledImages, drawn
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


@pytest.mark.parametrize("images", [25, 26, 27, 28, 29])
def test_how_many_images_are_left_over_does_not_matter(labelled, images):
    used = labelled.used(images=images, seed=0)
    assert len(set(used)) == images
    counts = torch.bincount(labelled.labels[used])
    assert counts.max() - counts.min() <= 1
    assert used.tolist() != labelled.used(images=images, seed=1).tolist()


def test_a_class_is_drawn_by_its_share():
    labels = np.repeat([0, 1], [900, 100])
    for count in (1, 7, 10, 500, 999):
        rare = labels[drawn(labels, count, seed=3)].sum()
        assert abs(rare - count / 10) <= 1
    assert drawn(labels, 2000, seed=3).tolist() == list(range(1000))


def test_folds_part_the_images_that_the_holdout_uses(labelled):
    rows = labelled.used(images=12, seed=0)
    folds = labelled.folds(folds=2, seed=0, rows=rows)
    assert sorted(np.concatenate([fold.test for fold in folds])) == rows.tolist()
    for fold in folds:
        assert sorted([*fold.train, *fold.test]) == rows.tolist()
        assert torch.bincount(labelled.labels[fold.test]).tolist() == [2, 2, 2]


def test_a_fold_may_learn_from_fewer_to_validate_on_the_others(labelled):
    for fold in labelled.folds(folds=2, seed=0, validation_fraction=0.2):
        assert sorted([*fold.train, *fold.valid, *fold.test]) == list(range(30))
        assert torch.bincount(labelled.labels[fold.valid]).tolist() == [1, 1, 1]
    with pytest.raises(SettingError, match=r"'validation_fraction' is 0\.01"):
        labelled.folds(folds=2, seed=0, validation_fraction=0.01)


LEVELS = {"rotations": (0.0, 20.0), "noises": (0.0, 9.0), "occlusions": (0, 1)}


def test_disturbed_images_are_drawn_at_random_with_each_class(labelled):
    chosen = {}
    for seed in (0, 1):
        changes = [*labelled.disturbed(**LEVELS, count=3, seed=seed)]
        assert [change[:3] for change in changes] == [
            ("rotation", 0.0, "degrees"),
            ("rotation", 20.0, "degrees"),
            ("noise", 0.0, "grey levels"),
            ("noise", 9.0, "grey levels"),
            ("occlusion", 0.0, "pixels"),
            ("occlusion", 1.0, "pixels"),
        ]
        undisturbed = [changed for _, level, _, changed in changes if not level]
        for changed in undisturbed:
            assert torch.equal(changed.images, undisturbed[0].images)
            assert sorted(changed.labels.tolist()) == [0, 1, 2]
            assert torch.equal(changed.images[:, 0, 0].long() % 3, changed.labels)
            assert changed.test.tolist() == [0, 1, 2]
        chosen[seed] = undisturbed[0].images[:, 0, 0].tolist()
    assert chosen[0] != chosen[1]


def test_images_are_disturbed_when_they_are_asked_for(labelled, monkeypatch):
    """Not all at once: each level is another copy of the images."""
    calls = []

    def counting(images, degrees):
        calls.append(degrees)
        return images

    monkeypatch.setattr("dl_pipelines.data.digits.rotate", counting)
    changes = labelled.disturbed(**LEVELS, count=3, seed=0)
    assert not calls
    next(changes)
    assert calls == [0.0]
