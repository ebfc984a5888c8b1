"""What happens beside the steps of a GAN: samples of each epoch, and an eye on the balance."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.models.gan import Generator
from dl_pipelines.training.assembly import weights
from dl_pipelines.training.checkpoints import CheckpointStore, Stateful
from dl_pipelines.training.gan_classes import is_one_sided
from dl_pipelines.training.loop import Callback, Row, TrainingState

_ACCURACIES = ("train_real_accuracy", "train_generated_accuracy")


def same_samples(generator: Generator, count: int, seed: int) -> Tensor:
    """Images of noise that the seed alone decides.

    Args:
        generator: Makes the images; it is set to evaluation mode.
        count: How many, N; where there are classes they take turns.
        seed: Seed of the noise.

    Returns:
        Grey levels, uint8 [N, S, S], on the CPU.
    """
    draws = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % generator.classes if generator.classes else None
    return generator.eval().sample(count, draws, labels).cpu()


class Snapshots(Callback):
    """Keeps images of the same noise after each epoch.

    Attributes:
        images: Those of each epoch, uint8 [N, S, S] each.
    """

    def __init__(self, generator: Generator, count: int, seed: int) -> None:
        """Choose the noise.

        Args:
            generator: Makes the images.
            count: How many, N; where there are classes they take turns.
            seed: Seed of the noise.
        """
        self._generator, self._count, self._seed = generator, count, seed
        self.images: list[Tensor] = []

    def on_epoch_end(self, state: TrainingState) -> None:
        """Make the images."""
        self.images.append(same_samples(self._generator, self._count, self._seed))

    def state_dict(self) -> dict[str, Any]:
        """The images so far."""
        return {"images": list(self.images)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the images of the epochs before over."""
        self.images = list(state["images"])


class CollapseGuard(Callback):
    """Ends a training whose discriminator has won, and keeps the state after the last good epoch.

    A discriminator that is right on everything for long has no gradient left that tells the
    generator what to do better. An epoch is good if it made a mistake and the samples are not
    one-sided. The state is kept as well if training diverges or is killed.
    """

    def __init__(
        self,
        store: CheckpointStore | None,
        states: Mapping[str, Stateful],
        generator: Generator,
        *,
        epochs: int,
    ) -> None:
        """Watch the accuracies of the discriminator.

        Args:
            store: Where the state lies, one that no other callback uses; None to keep none.
            states: What is kept, beside the loop's own state.
            generator: The one that is sampled; it is kept by itself too, see
                `last_good_generator`.
            epochs: Epochs in a row without a mistake of the discriminator that it has won after.
        """
        self._store, self._states, self._generator = store, states, generator
        self._epochs = epochs

    def on_epoch_end(self, state: TrainingState) -> None:
        """Keep the state if the epoch was good.

        Raises:
            SettingError: If the discriminator has won.
        """
        if state.epoch >= self._epochs and all(map(_is_flawless, state.history[-self._epochs :])):
            raise SettingError(
                f"the GAN collapsed: up to epoch {state.epoch} the discriminator knew every real "
                "and every generated image, so the generator learns no more; lower "
                "'optimizer.discriminator.lr', raise 'loss.r1' or set "
                "'discriminator.spectral_norm'."
            )
        row = state.history[-1]
        if self._store is not None and not (_is_flawless(row) or is_one_sided(row)):
            parts = {name: part.state_dict() for name, part in self._states.items()}
            kept = {"training": state.state_dict(), "sampled": weights(self._generator)}
            self._store.save(kept | parts, state.step)

    def on_train_end(self, state: TrainingState) -> None:
        """Remove the state if the training went through."""
        if self._store is not None and state.finished:
            self._store.clear()


def _is_flawless(row: Row) -> bool:
    return all(row[name] == 1.0 for name in _ACCURACIES)


@contextmanager
def last_good_named(store: CheckpointStore | None) -> Iterator[None]:
    """Let the error of a training that fails say where its last good state is.

    Args:
        store: That of the `CollapseGuard`.

    Raises:
        SettingError: If the training fails by one.
    """
    try:
        yield
    except SettingError as error:
        if store is None or not store.folder.exists():
            raise
        raise SettingError(
            f"{str(error).removesuffix('.')}; the state after the last good epoch is kept in "
            f"{store.folder}."
        ) from error


def last_good_generator(folder: Path) -> dict[str, Tensor]:
    """The generator after the last good epoch of a training that failed.

    Args:
        folder: The one that the error names.

    Returns:
        Its state_dict (that of its moving average if there is one) on the CPU, as
        `models.generative.restore_generator` takes it.

    Raises:
        DataError: If the folder holds no such state.
    """
    saved = CheckpointStore(folder.parent, folder.name).load()
    if saved is None or "sampled" not in saved:
        raise DataError(
            f"{folder} holds no state of a GAN: take the folder that the failed training named."
        )
    state: dict[str, Tensor] = saved["sampled"]
    return state
