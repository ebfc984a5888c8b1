"""Labelled images, split by class.

Shapes: N images (the training images first, then the test images), H and W pixels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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

    def holdout(self, *, validation_fraction: float, seed: int, images: int | None = None) -> Split:
        """Training images to learn, to validate on, and the test; each class has its share.

        Args:
            validation_fraction: Share of the training images that validate.
            seed: Seed of the draw.
            images: Training images used at most, the others being left out; None for all.

        Raises:
            SettingError: If a class would be missing on either side.
        """
        from sklearn.model_selection import train_test_split  # noqa: PLC0415  heavy

        rows, labels = np.arange(self.known), self._known_labels
        count = min(images or self.known, self.known)
        try:
            if count < self.known:
                rows, _ = train_test_split(
                    rows, train_size=count, random_state=seed, stratify=labels
                )
            train, valid = train_test_split(
                rows, test_size=validation_fraction, random_state=seed, stratify=labels[rows]
            )
        except ValueError as error:
            raise SettingError(
                f"the setting 'validation_fraction' is {validation_fraction:g}, which leaves a "
                f"class of the {count} training images out: choose another, or more images."
            ) from error
        return Split(np.sort(train), np.sort(valid), self.test)

    def folds(self, *, folds: int, seed: int) -> list[Split]:
        """Parts of the training images, of which each is tested once; none for `folds=0`.

        Raises:
            SettingError: If a class has fewer images than there are folds.
        """
        from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415  heavy

        if not folds:
            return []
        smallest = int(np.bincount(self._known_labels).min())
        if smallest < folds:
            raise SettingError(
                f"the setting 'folds' is {folds}, but a class has {smallest} training images: "
                "lower it."
            )
        splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
        pairs = splitter.split(np.empty(self.known), self._known_labels)
        return [Split(train, np.arange(0), test) for train, test in pairs]

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
            count: How many test images, the first ones.
            seed: Seed of the noise and of where the squares lie.

        Yields:
            What was done, how much of it, its unit, and the images, all of them test images.
        """
        rows = self.test[:count]
        images, labels = self.images[rows].float(), self.labels[rows]
        generator = torch.Generator().manual_seed(seed)
        changes = [
            *(("rotation", level, "degrees", rotate(images, level)) for level in rotations),
            *(
                ("noise", level, "grey levels", add_noise(images, level, generator=generator))
                for level in noises
            ),
            *(
                ("occlusion", level, "pixels", occlude(images, level, generator=generator))
                for level in occlusions
            ),
        ]
        for what, level, unit, changed in changes:
            yield what, float(level), unit, type(self)(changed.round().to(torch.uint8), labels, 0)

    @property
    def _known_labels(self) -> NDArray[np.int64]:
        return self.labels[: self.known].numpy()
