"""k-fold cross-validation as row numbers, on scikit-learn's splitters."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.errors import SettingError

_FEWEST = 2  # rows: one to train on, one to test


@dataclass(frozen=True)
class KFold:
    """Each row is tested once, in one of `folds` parts.

    Attributes:
        folds: Number of parts, k.
        seed: Seed that shuffles the rows; None keeps them in order, for rows in time order.
        validation_fraction: Share of the training rows that validates: random ones if shuffled,
            else the last ones.
        purge: Training rows dropped right before the test fold; for rows in order only.
        embargo: Training rows dropped right after the test fold (López de Prado 2018, 7.4.2).
    """

    folds: int
    seed: int | None = None
    validation_fraction: float = 0.0
    purge: int = 0
    embargo: int = 0

    def split(self, rows: int) -> list[Split]:
        """Split `rows` rows, one split a fold.

        Raises:
            SettingError: If there are fewer rows than folds, `folds` is below 2, shuffled rows
                are to be purged, or nothing is left to train on.
        """
        from sklearn import model_selection  # noqa: PLC0415  heavy: imported when used

        _check_folds(self.folds, rows)
        if self.seed is not None and (self.purge or self.embargo):
            raise SettingError("'purge' and 'embargo' need rows in order: set 'seed' to null.")
        splitter = model_selection.KFold(
            self.folds, shuffle=self.seed is not None, random_state=self.seed
        )
        return list(self._splits(splitter.split(np.empty(rows))))

    def _splits(self, pairs: Iterator[tuple[Indices, Indices]]) -> Iterator[Split]:
        for fold, (others, test) in enumerate(pairs):
            train = others
            if self.purge or self.embargo:
                near = (others >= test[0] - self.purge) & (others <= test[-1] + self.embargo)
                train = others[~near]
            seed = None if self.seed is None else [self.seed, fold]
            yield _with_validation(train, test, self.validation_fraction, seed)


@dataclass(frozen=True)
class RepeatedKFold:
    """k-fold `repeats` times, each time shuffled anew.

    Attributes:
        folds: Number of parts, k.
        repeats: How often all rows are tested.
        seed: Seed of the shuffles.
        validation_fraction: Share of the training rows that validates, random ones.
    """

    folds: int
    repeats: int
    seed: int
    validation_fraction: float = 0.0

    def split(self, rows: int) -> list[Split]:
        """Split `rows` rows, one split a fold and repeat, the repeats one after the other.

        Raises:
            SettingError: If there are fewer rows than folds, `folds` is below 2, or nothing is
                left to train on.
        """
        from sklearn import model_selection  # noqa: PLC0415  heavy: imported when used

        _check_folds(self.folds, rows)
        splitter = model_selection.RepeatedKFold(
            n_splits=self.folds, n_repeats=self.repeats, random_state=self.seed
        )
        return [
            _with_validation(train, test, self.validation_fraction, [self.seed, number])
            for number, (train, test) in enumerate(splitter.split(np.empty(rows)))
        ]


@dataclass(frozen=True)
class RandomSplits:
    """Random parts to test on, each split drawn anew: repeated holdout.

    Attributes:
        splits: Number of splits.
        test_fraction: Share of the rows that is tested.
        seed: Seed of the splits.
        validation_fraction: Share of the training rows that validates, random ones.
    """

    splits: int
    test_fraction: float
    seed: int
    validation_fraction: float = 0.0

    def split(self, rows: int) -> list[Split]:
        """Split `rows` rows.

        Raises:
            SettingError: If a part would be empty.
        """
        from sklearn import model_selection  # noqa: PLC0415  heavy: imported when used

        splitter = model_selection.ShuffleSplit(
            self.splits, test_size=self.test_fraction, random_state=self.seed
        )
        try:
            pairs = list(splitter.split(np.empty(rows)))
        except ValueError as error:
            raise SettingError(
                f"the setting 'test_fraction' is {self.test_fraction}, which leaves one of the "
                f"parts of {rows} rows empty: change it."
            ) from error
        return [
            _with_validation(train, test, self.validation_fraction, [self.seed, number])
            for number, (train, test) in enumerate(pairs)
        ]


def resample(
    rows: int,
    *,
    method: str,
    repeats: int,
    folds: int,
    test_fraction: float,
    validation_fraction: float,
    seed: int,
) -> list[Split]:
    """Split `rows` rows as the settings of `params.Resampling` say.

    Raises:
        SettingError: If the rows are too few for these settings.
    """
    if repeats == 0:
        return []
    if method == "random":
        splits = RandomSplits(repeats, test_fraction, seed, validation_fraction).split(rows)
    elif repeats == 1:
        splits = KFold(folds, seed, validation_fraction).split(rows)
    else:
        splits = RepeatedKFold(folds, repeats, seed, validation_fraction).split(rows)
    if validation_fraction and not all(len(split.valid) for split in splits):
        raise SettingError(
            f"the setting 'validation_fraction' is {validation_fraction}, which is not one of the "
            f"{rows} rows: raise it, or set it to 0."
        )
    return splits


def _check_folds(folds: int, rows: int) -> None:
    if rows < _FEWEST:
        raise SettingError(
            f"the setting 'folds' is {folds}, but there are too few rows to part ({rows}): give at "
            f"least {_FEWEST}."
        )
    if not 1 < folds <= rows:
        raise SettingError(
            f"the setting 'folds' is {folds}, with {rows} rows it must be 2 to {rows}."
        )


def _with_validation(
    train: Indices, test: Indices, fraction: float, seed: list[int] | None
) -> Split:
    """Take the validation rows off the training rows: random ones, or the last ones."""
    order = train if seed is None else np.random.default_rng(seed).permutation(train)
    count = len(train) - int(fraction * len(train))
    if count == 0:
        raise SettingError("no row is left to train on: lower 'purge', 'embargo' or 'folds'.")
    return Split(np.sort(order[:count]), np.sort(order[count:]), np.asarray(test))
