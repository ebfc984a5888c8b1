"""Which classes the samples of a GAN are read as, and when they are too one-sided to go on.

Shapes: N generated and M real images, S height and width.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dl_pipelines.errors import SettingError
from dl_pipelines.evaluation.sample_classes import (
    COLLAPSED,
    class_histogram,
    classes_present,
    label_kl,
)
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.classification import State, class_probabilities
from dl_pipelines.training.loop import Callback, Row, TrainingState
from dl_pipelines.training.seeds import seed_everything

_PATIENCE = 250_000  # images in a row that samples may be one-sided for after they were not, five
# epochs of MNIST: while it learns the book's network is so for many short epochs of a small sample


@dataclass(frozen=True)
class Reader:
    """A trained classifier of images; it can be sent to another process.

    Attributes:
        header: What it is; see `models.build_voters`.
        states: The state_dict of each seed's network; they vote.
    """

    header: Mapping[str, Any]
    states: Sequence[State]

    def identity(self) -> str:
        """What makes it this classifier, 32 hexadecimal digits."""
        return fingerprint(self.header, [w for state in self.states for w in state.values()])

    def count(self, images: Tensor, labels: Tensor, *, device: str) -> tuple[int, float]:
        """Read images, and compare them with real ones; no random state is touched.

        Args:
            images: Grey levels of generated images, uint8 [N, S, S].
            labels: Classes of real images, int64 [M].
            device: See `build_accelerator`.

        Returns:
            How many classes are read, and the divergence of `sample_classes.label_kl`, nats.

        Raises:
            DataError: If a real image is of a class that the classifier does not know.
        """
        rows = np.arange(len(images))
        compute = {"device": device, "threads": torch.get_num_threads()}  # the training's own
        with seed_everything(0):  # building a network draws its first weights
            votes = class_probabilities(self.header, self.states, images, rows, compute=compute)
        read = votes.mean(dim=0).argmax(dim=1)
        table = class_histogram(read.numpy(), labels.numpy(), classes=self.header["classes"])
        return classes_present(table), label_kl(table)


class ClassWatch(Callback):
    """Records how one-sided the samples of each epoch are, and ends a training that narrows down.

    A fresh generator is one-sided too, so it may be so until the last epoch, but not for long once
    it was not.
    """

    def __init__(
        self,
        draw: Callable[[], Tensor],
        reader: Reader,
        labels: Tensor,
        *,
        epochs: int,
        device: str,
    ) -> None:
        """Watch the classes that samples are read as.

        Args:
            draw: Makes samples, uint8 [N, S, S]; some 200, so that of ten classes chance adds but
                0.02 nats to the divergence.
            reader: Reads them.
            labels: Classes of the real images, int64 [M].
            epochs: Epochs of the whole training.
            device: Where the reader is, see `build_accelerator`.
        """
        self._draw, self._reader, self._labels = draw, reader, labels
        self._epochs, self._device = epochs, device
        self._patience = ceil(_PATIENCE / len(labels))

    def on_epoch_end(self, state: TrainingState) -> None:
        """Add `train_classes`, the classes read, and `train_label_kl`, nats, to the epoch's row.

        Raises:
            SettingError: If the samples are one-sided in the last epoch, or have been for so many
                epochs in a row after one in which they were not.
            DataError: If a real image is of a class that the reader does not know.
        """
        present, divergence = self._reader.count(self._draw(), self._labels, device=self._device)
        state.history[-1] |= {"train_classes": float(present), "train_label_kl": divergence}
        good = [row["epoch"] for row in state.history if not is_one_sided(row)]
        since = int(max(good, default=0)) + 1
        narrowed = bool(good) and state.epoch >= since + self._patience - 1
        if since <= state.epoch and (narrowed or state.epoch == self._epochs):
            raise SettingError(
                f"the GAN collapsed: after epoch {state.epoch} its samples are read as {present} "
                f"classes of {self._reader.header['classes']}, {divergence:.2f} nats from those of "
                f"the real images, and have been one-sided since epoch {since}; set "
                "'discriminator.spectral_norm', raise 'loss.r1', lower 'optimizer.generator.lr' "
                "or change 'epochs'."
            )


def is_one_sided(row: Row) -> bool:
    """Whether the samples after an epoch were degenerate; never where no classes were counted."""
    return row.get("train_label_kl", 0.0) >= COLLAPSED
