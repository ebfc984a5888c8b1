"""Labelled images, split by class.

Shapes: N images (the training images first, then the test images), H and W pixels.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dl_pipelines.data.augmentation import add_noise, occlude, rotate
from dl_pipelines.data.splits import Indices, Split
from dl_pipelines.errors import SettingError


@dataclass(frozen=True)
class LabelledImages:
    """Images and their classes.

    Attributes:
        images: Grey levels, uint8 [N, H, W].
        labels: Class of each image, int64 [N].
        known: How many of them, the first ones, are training images; the others are the test.
    """

    images: Tensor
    labels: Tensor
    known: int

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Join `train_images`, `train_labels`, `test_images` and `test_labels`."""
        images, labels = (
            np.concatenate([arrays[f"train_{kind}"], arrays[f"test_{kind}"]])
            for kind in ("images", "labels")
        )
        known = len(arrays["train_images"])
        return cls(torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64)), known)

    @property
    def test(self) -> Indices:
        """Rows of the test images."""
        return np.arange(self.known, len(self.labels))

    def used(self, *, images: int | None = None, seed: int = 0) -> Indices:
        """Training images that are used, each class with its share of them.

        Args:
            images: How many at most; None for all.
            seed: Seed of the draw.
        """
        return drawn(self._known_labels, images or self.known, seed)

    def holdout(self, *, validation_fraction: float, seed: int, images: int | None = None) -> Split:
        """Training images to learn, to validate on, and the test; each class has its share.

        Args:
            validation_fraction: Share of the training images that validate.
            seed: Seed of the draw.
            images: Training images used at most, the others being left out; None for all.

        Raises:
            SettingError: If a class would be missing on either side.
        """
        rows = self.used(images=images, seed=seed)
        return Split(*self._parted(rows, validation_fraction, seed), self.test)

    def folds(
        self,
        *,
        folds: int,
        seed: int,
        rows: Indices | None = None,
        validation_fraction: float = 0.0,
    ) -> list[Split]:
        """Parts of the training images, of which each is tested once; none for `folds=0`.

        Args:
            folds: How many.
            seed: Seed of the draw.
            rows: Training images to part, all if None.
            validation_fraction: Share of what a fold learns from that validates instead; 0 for
                none.

        Raises:
            SettingError: If a class has fewer images than there are folds, or would be missing
                among those that learn or validate.
        """
        from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415  heavy

        if not folds:
            return []
        rows = self.used() if rows is None else rows
        labels = self._known_labels[rows]
        smallest = int(np.unique(labels, return_counts=True)[1].min())
        if smallest < folds:
            raise SettingError(
                f"the setting 'folds' is {folds}, but a class has {smallest} training images: "
                "lower it."
            )
        splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
        splits = []
        for train, test in splitter.split(rows, labels):
            known, valid = rows[train], rows[:0]
            if validation_fraction:
                known, valid = self._parted(known, validation_fraction, seed)
            splits.append(Split(known, valid, rows[test]))
        return splits

    def disturbed(
        self,
        *,
        rotations: Sequence[float],
        noises: Sequence[float],
        occlusions: Sequence[int],
        count: int,
        seed: int,
    ) -> Iterator[tuple[str, float, str, Self]]:
        """Some test images, turned, noisy and partly hidden.

        Args:
            rotations: Degrees.
            noises: Standard deviations, grey levels.
            occlusions: Sides of a black square, pixels.
            count: How many test images at most, each class with its share. Not the first ones:
                those of MNIST are harder than the others.
            seed: Seed that draws them, the noise, and where the squares lie.

        Yields:
            What was done, how much of it, its unit, and the images, all of them test images.
        """
        rows = self.test[drawn(self.labels[self.test].numpy(), count, seed)]
        images, labels = self.images[rows].float(), self.labels[rows]
        generator = torch.Generator().manual_seed(seed)
        noisy = partial(add_noise, generator=generator)
        hidden = partial(occlude, generator=generator)
        kinds: list[tuple[str, str, Callable[[Tensor, Any], Tensor], Sequence[float]]] = [
            ("rotation", "degrees", rotate, rotations),
            ("noise", "grey levels", noisy, noises),
            ("occlusion", "pixels", hidden, occlusions),
        ]
        for what, unit, change, levels in kinds:
            for level in levels:
                changed = change(images, level).round().to(torch.uint8)
                yield what, float(level), unit, type(self)(changed, labels, 0)

    def _parted(self, rows: Indices, fraction: float, seed: int) -> tuple[Indices, Indices]:
        """Rows that learn and rows that validate, each ascending."""
        from sklearn.model_selection import train_test_split  # noqa: PLC0415  heavy

        labels = self._known_labels[rows]
        try:
            train, valid = train_test_split(
                rows, test_size=fraction, random_state=seed, stratify=labels
            )
        except ValueError as error:  # of too few images for the classes, on one side or the other
            raise SettingError(
                f"the setting 'validation_fraction' is {fraction:g}, which leaves a "
                f"class of the {len(rows)} training images out: choose another, or more images."
            ) from error
        return np.sort(train), np.sort(valid)

    @property
    def _known_labels(self) -> NDArray[np.int64]:
        return self.labels[: self.known].numpy()


def drawn(labels: NDArray[np.int64], count: int, seed: int) -> Indices:
    """Draw rows so that each class has its share, to within one.

    Args:
        labels: Class of each row, [N].
        count: Rows to draw; all there are if it is larger.
        seed: Seed of the draw.

    Returns:
        Places of the rows, ascending, [min(count, N)].
    """
    generator = np.random.default_rng(seed)
    turn = np.empty(len(labels))  # when a row is drawn: those of a class evenly between 0 and 1
    for label in np.unique(labels):
        own = generator.permutation(np.flatnonzero(labels == label))
        turn[own] = (np.arange(len(own)) + 0.5) / len(own)
    return np.sort(np.argsort(turn, kind="stable")[:count])
