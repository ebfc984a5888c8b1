"""Checkpoints: a training that was killed goes on where it stopped, to the same bits."""

import hashlib
import io
import json
import logging
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import torch
from filelock import FileLock, Timeout
from torch import Tensor

from dl_pipelines.errors import DataError
from dl_pipelines.files import atomic_write
from dl_pipelines.training.loop import Callback, TrainingState

logger = logging.getLogger(__name__)


class Stateful(Protocol):
    """Anything whose state can be taken and set: modules, optimizers, schedules, batches."""

    def state_dict(self) -> dict[str, Any]:
        """The state: plain values and tensors."""

    def load_state_dict(self, state_dict: dict[str, Any], /) -> object:
        """Take over a state."""


class CheckpointStore:
    """The newest checkpoints of one training, in a folder of its own.

    A file's name ends with the SHA-256 of its bytes, so a cut or altered one gives itself away.
    """

    def __init__(self, folder: Path, fingerprint: str, *, keep: int = 2) -> None:
        """Use the folder `folder/fingerprint`.

        Args:
            folder: Folder of all trainings' checkpoints.
            fingerprint: What makes this training what it is, see `fingerprint`.
            keep: Checkpoints kept, the newest ones.
        """
        self.folder = folder / fingerprint
        self.keep = keep
        self._lock = FileLock(folder / f"{fingerprint}.lock")

    def acquire(self) -> bool:
        """Take the checkpoints for this training alone, until `release` or the process's end.

        Returns:
            Whether no other process or thread has them.

        Raises:
            DataError: If the folder cannot be written.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError as error:
            raise DataError(
                f"{self.folder.parent} cannot hold checkpoints ({error.strerror or error}): check "
                "the folder's permissions or set 'checkpoints.folder' to another one."
            ) from error
        return True

    def release(self) -> None:
        """Let others have the checkpoints, and leave no file of the lock behind."""
        # Before the release: after it, the file may be another one's lock.
        with suppress(PermissionError):  # Windows removes it at the release
            Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()

    def save(self, state: Mapping[str, Any], step: int) -> None:
        """Write the state after `step` steps and remove checkpoints beyond `keep`.

        Raises:
            DataError: If the disk is full or the folder cannot be written.
        """
        buffer = io.BytesIO()
        torch.save(dict(state), buffer)
        content = buffer.getvalue()
        name = f"{step:010}-{hashlib.sha256(content).hexdigest()}.pt"
        atomic_write(self.folder / name, lambda file: file.write(content))
        for outdated in self._newest_first()[self.keep :]:
            outdated.unlink(missing_ok=True)

    def load(self) -> dict[str, Any] | None:
        """The newest sound state, or None if there is none."""
        content = self.read()
        return None if content is None else parse_state(content)

    def read(self) -> bytes | None:
        """The newest sound checkpoint as it was written, or None if there is none."""
        for path in self._newest_first():
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # somebody tidied up meanwhile
                continue
            if path.stem.endswith(hashlib.sha256(content).hexdigest()):
                return content
            logger.warning("%s is damaged; the checkpoint before it is used.", path)
        return None

    def clear(self) -> None:
        """Remove all checkpoints of this training."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _newest_first(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]*.pt"), reverse=True)


class Checkpointing(Callback):
    """Resumes from the newest checkpoint and writes one every few steps.

    Where the same training runs twice at a time, the second one does without.

    It comes after the callbacks that have a state, so that it saves what they did in a step.
    """

    def __init__(
        self, store: CheckpointStore, parts: Mapping[str, Stateful], every_steps: int
    ) -> None:
        """Checkpoint a training.

        Args:
            store: Where the checkpoints lie.
            parts: Everything with a state that the training changes, beside the loop's own.
            every_steps: Steps between two checkpoints.
        """
        self.store = store
        self.parts = parts
        self.every_steps = every_steps
        self._owned = False

    def on_train_start(self, state: TrainingState) -> None:
        """Go on from the newest checkpoint, if there is one and nobody else goes on from it."""
        self._owned = self.store.acquire()
        if not self._owned:
            logger.info("%s is in use: this training keeps no checkpoints.", self.store.folder)
            return
        saved = self.store.load()
        if saved is None:
            return
        state.load_state_dict(saved.pop("training"))
        for name, part in self.parts.items():
            part.load_state_dict(saved[name])
        logger.info("training resumes after step %d from %s.", state.step, self.store.folder)

    def on_step_end(self, state: TrainingState) -> None:
        """Write a checkpoint if it is time."""
        if self._owned and state.step % self.every_steps == 0:
            parts = {name: part.state_dict() for name, part in self.parts.items()}
            self.store.save({"training": state.state_dict()} | parts, state.step)

    def on_train_end(self, state: TrainingState) -> None:
        """Remove the checkpoints if the training went through; let others have them if not."""
        if not self._owned:
            return
        if state.finished:
            self.store.clear()
        self.store.release()


def parse_state(content: bytes) -> dict[str, Any]:
    """The state in a checkpoint, on the CPU: whoever takes it over knows its own device.

    Raises:
        DataError: If it is none.
    """
    try:
        # weights_only: tensors and plain values, a pickle that runs code is refused
        file = io.BytesIO(content)
        return dict(torch.load(file, map_location="cpu", weights_only=True))  # noqa: TID251
    except Exception as error:  # torch raises many kinds on bytes that are not its own
        raise DataError(
            "a checkpoint cannot be read: delete the folder of 'checkpoints.folder', and run again."
        ) from error


def fingerprint(settings: Mapping[str, Any], tensors: Iterable[Tensor]) -> str:
    """What makes a training what it is: nothing else may resume from its checkpoints.

    Args:
        settings: Everything that is set, JSON-serialisable.
        tensors: Its data and first weights.

    Returns:
        32 hexadecimal digits.
    """
    text = json.dumps({"torch": torch.__version__, **settings}, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode())
    for tensor in tensors:
        digest.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().data)  # tobytes() would copy
    return digest.hexdigest()[:32]
