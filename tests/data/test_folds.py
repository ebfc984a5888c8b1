import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import ShuffleSplit

from dl_pipelines.data.folds import KFold, RandomSplits, RepeatedKFold, resample
from dl_pipelines.errors import SettingError


@settings(deadline=None)  # the first example imports scikit-learn
@given(
    rows=st.integers(6, 30), folds=st.integers(2, 6), seed=st.one_of(st.none(), st.integers(0, 9)),
    fraction=st.sampled_from([0.0, 0.3]),
)  # fmt: skip
def test_each_row_is_tested_once_and_used_once_a_fold(rows, folds, seed, fraction):
    splits = KFold(folds, seed, validation_fraction=fraction).split(rows)

    assert len(splits) == folds
    assert sorted(np.concatenate([split.test for split in splits])) == list(range(rows))
    for split in splits:
        parts = np.concatenate([split.train, split.valid, split.test])
        assert sorted(parts) == list(range(rows))


def test_folds_without_a_seed_are_blocks_in_order():
    tests = [split.test.tolist() for split in KFold(3).split(7)]
    assert tests == [[0, 1, 2], [3, 4], [5, 6]]


def test_validation_rows_in_order_are_the_last_ones():
    split = KFold(3, validation_fraction=0.5).split(9)[0]
    assert (split.train.tolist(), split.valid.tolist()) == ([3, 4, 5], [6, 7, 8])


def test_purge_and_embargo_clear_the_neighbourhood_of_the_test_fold():
    split = KFold(3, purge=1, embargo=2).split(12)[1]
    assert split.test.tolist() == [4, 5, 6, 7]
    assert split.train.tolist() == [0, 1, 2, 10, 11]


def test_a_seed_repeats_its_shuffle_and_another_gives_another():
    def tests(seed):
        return [split.test.tolist() for split in KFold(4, seed).split(20)]

    assert tests(1) == tests(1)
    assert tests(1) != tests(2)


def test_repeats_test_every_row_each_time_in_another_order():
    splits = RepeatedKFold(folds=2, repeats=3, seed=0, validation_fraction=0.25).split(10)

    rounds = [splits[number : number + 2] for number in (0, 2, 4)]
    for first, second in rounds:
        assert sorted([*first.test, *second.test]) == list(range(10))
        assert (len(first.train), len(first.valid)) == (4, 1)
    assert len({tuple(first.test) for first, _ in rounds}) > 1


@pytest.mark.parametrize("folds", [1, 5])
def test_folds_must_fit_the_rows(folds):
    for splitter in (KFold(folds), RepeatedKFold(folds, repeats=2, seed=0)):
        with pytest.raises(
            SettingError, match=f"'folds' is {folds}, with 4 rows it must be 2 to 4"
        ):
            splitter.split(4)


@pytest.mark.parametrize("rows", [0, 1])
def test_fewer_than_two_rows_cannot_be_parted(rows):
    for splitter in (KFold(2), RepeatedKFold(2, repeats=2, seed=0)):
        with pytest.raises(SettingError, match=rf"too few rows to part \({rows}\)"):
            splitter.split(rows)


def test_shuffled_rows_cannot_be_purged():
    with pytest.raises(SettingError, match="set 'seed' to null"):
        KFold(2, seed=0, purge=1).split(4)


def test_purging_everything_is_an_error():
    with pytest.raises(SettingError, match="no row is left to train on"):
        KFold(2, purge=9).split(4)


RESAMPLING = {
    "method": "kfold",
    "repeats": 1,
    "folds": 3,
    "test_fraction": 0.2,
    "validation_fraction": 0.0,
    "seed": 5,
}


@settings(deadline=None)
@given(
    rows=st.integers(8, 40), splits=st.integers(1, 4), test_fraction=st.floats(0.15, 0.7),
    fraction=st.sampled_from([0.0, 0.3]), seed=st.integers(0, 9),
)  # fmt: skip
def test_random_splits_use_every_row_once_and_are_repeated_by_their_seed(
    rows, splits, test_fraction, fraction, seed
):
    splitter = RandomSplits(splits, test_fraction, seed, validation_fraction=fraction)
    found = splitter.split(rows)

    assert len(found) == splits
    for split, again in zip(found, splitter.split(rows), strict=True):
        parts = np.concatenate([split.train, split.valid, split.test])
        assert sorted(parts) == list(range(rows))
        assert len(split.test) == np.ceil(test_fraction * rows)
        assert len(split.valid) == int(fraction * (rows - len(split.test)))
        for name in ("train", "valid", "test"):
            assert getattr(split, name).tolist() == getattr(again, name).tolist()


def test_random_splits_are_those_of_scikit_learn():
    splitter = ShuffleSplit(20, test_size=0.1, random_state=0)
    found = RandomSplits(20, 0.1, seed=0).split(506)
    for split, (train, test) in zip(found, splitter.split(np.empty(506)), strict=True):
        assert split.test.tolist() == test.tolist()
        assert split.train.tolist() == sorted(train)
        assert len(split.valid) == 0


def test_validation_rows_leave_the_test_rows_as_they_are():
    plain, validated = (
        RandomSplits(3, 0.2, seed=1, validation_fraction=fraction).split(20)
        for fraction in (0.0, 0.25)
    )
    for one, other in zip(plain, validated, strict=True):
        assert one.test.tolist() == other.test.tolist()
        assert one.train.tolist() == sorted([*other.train, *other.valid])


def test_a_random_split_that_leaves_nothing_to_train_on_is_an_error():
    with pytest.raises(SettingError, match=r"'test_fraction' is 0\.95, .* parts of 9 rows empty"):
        RandomSplits(1, 0.95, seed=0).split(9)


@pytest.mark.parametrize(
    ("changes", "splitter"),
    [
        ({}, KFold(3, seed=5)),
        ({"validation_fraction": 0.3}, KFold(3, seed=5, validation_fraction=0.3)),
        ({"repeats": 2}, RepeatedKFold(3, repeats=2, seed=5)),
        ({"method": "random"}, RandomSplits(1, 0.2, seed=5)),
        ({"method": "random", "repeats": 4}, RandomSplits(4, 0.2, seed=5)),
    ],
)
def test_rows_are_split_as_the_settings_say(changes, splitter):
    found = resample(17, **RESAMPLING | changes)
    for split, expected in zip(found, splitter.split(17), strict=True):
        for name in ("train", "valid", "test"):
            assert getattr(split, name).tolist() == getattr(expected, name).tolist()


@pytest.mark.parametrize("method", ["kfold", "random"])
def test_no_repeats_are_no_splits(method):
    assert resample(1, **RESAMPLING | {"method": method, "repeats": 0}) == []
