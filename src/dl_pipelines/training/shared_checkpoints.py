"""Checkpoints of a training of several processes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dl_pipelines.training.checkpoints import CheckpointStore, parse_state
from dl_pipelines.training.ranks import Ranks


class SharedStore(CheckpointStore):
    """Checkpoints of several processes: the first one writes and reads them for all."""

    def __init__(self, folder: Path, fingerprint: str, *, keep: int, ranks: Ranks) -> None:
        """Use the folder `folder/fingerprint`; see `CheckpointStore`.

        Args:
            folder: Folder of all trainings' checkpoints.
            fingerprint: What makes this training what it is.
            keep: Checkpoints kept.
            ranks: The processes.
        """
        super().__init__(folder, fingerprint, keep=keep)
        self._ranks = ranks
        self._first = ranks.number == 0

    def acquire(self) -> bool:
        """Take the checkpoints; see `CheckpointStore.acquire`. All processes must call it."""
        owned = self._first and super().acquire()
        return self._ranks.broadcast(bytes([owned])) == bytes([True])

    def load(self) -> dict[str, Any] | None:
        """The newest sound state, or None if there is none. All processes must call it."""
        content = self._ranks.broadcast((self._first and self.read()) or b"")
        return parse_state(content) if content else None

    def save(self, state: Mapping[str, Any], step: int) -> None:
        """Write the state after `step` steps; see `CheckpointStore.save`."""
        if self._first:
            super().save(state, step)

    def clear(self) -> None:
        """Remove all checkpoints of this training."""
        if self._first:
            super().clear()

    def release(self) -> None:
        """Let others have the checkpoints."""
        if self._first:
            super().release()
