"""What happens beside the steps of a GAN: samples of each epoch, and an eye on the balance."""

import logging
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dl_pipelines.errors import SettingError
from dl_pipelines.models.gan import Generator
from dl_pipelines.training.checkpoints import CheckpointStore, Stateful
from dl_pipelines.training.loop import Callback, TrainingState

logger = logging.getLogger(__name__)

_ACCURACIES = ("train_real_accuracy", "train_generated_accuracy")


class Snapshots(Callback):
    """Keeps images of the same noise after each epoch.

    Attributes:
        images: Those of each epoch, uint8 [N, S, S] each.
    """

    def __init__(self, generator: Generator, count: int, seed: int) -> None:
        """Draw the noise.

        Args:
            generator: Makes the images.
            count: How many, N; where there are classes they take turns.
            seed: Seed of the noise.
        """
        self._generator = generator
        self._seed = seed
        self._labels = torch.arange(count) % generator.classes if generator.classes else None
        self._count = count
        self.images: list[Tensor] = []

    def on_epoch_end(self, state: TrainingState) -> None:
        """Make the images."""
        draws = torch.Generator().manual_seed(self._seed)
        images = self._generator.eval().sample(self._count, draws, self._labels)
        self.images.append(images.cpu())

    def state_dict(self) -> dict[str, Any]:
        """The images so far."""
        return {"images": list(self.images)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the images of the epochs before over."""
        self.images = list(state["images"])


class CollapseGuard(Callback):
    """Ends a training whose discriminator has won, and keeps the state after the last good epoch.

    A discriminator that is right on everything for long has no gradient left that tells the
    generator what to do better. The state is kept as well if training diverges or is killed.
    """

    def __init__(
        self, store: CheckpointStore | None, states: Mapping[str, Stateful], *, epochs: int
    ) -> None:
        """Watch the accuracies of the discriminator.

        Args:
            store: Where the state lies, one that no other callback uses; None to keep none.
            states: What is kept, beside the loop's own state.
            epochs: Epochs in a row without a mistake of the discriminator that it has won after.
        """
        self._store = store
        self._states = states
        self._epochs = epochs

    def on_epoch_end(self, state: TrainingState) -> None:
        """Keep the state if the discriminator made a mistake in the epoch.

        Raises:
            SettingError: If the discriminator has won.
        """
        flawless = [all(row[name] == 1.0 for name in _ACCURACIES) for row in state.history]
        if state.epoch >= self._epochs and all(flawless[-self._epochs :]):
            raise SettingError(
                f"the GAN collapsed: up to epoch {state.epoch} the discriminator knew every real "
                "and every generated image, so the generator learns no more; lower "
                "'optimizer.discriminator.lr', raise 'loss.r1' or set "
                "'discriminator.spectral_norm'."
            )
        if self._store is not None and not flawless[-1]:
            parts = {name: part.state_dict() for name, part in self._states.items()}
            self._store.save({"training": state.state_dict()} | parts, state.step)

    def on_train_end(self, state: TrainingState) -> None:
        """Remove the state if the training went through; tell where it is if not."""
        if self._store is None:
            return
        if state.finished:
            self._store.clear()
        elif self._store.folder.exists():
            logger.warning("the state after the last good epoch is kept in %s.", self._store.folder)
