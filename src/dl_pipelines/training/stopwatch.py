"""How long a training takes."""

import time
from typing import Any

from dl_pipelines.training.loop import Callback


class Stopwatch(Callback):
    """Measures the wall time of a training from here on, that before a resume included.

    What a killed training did after its last checkpoint is done again, and counts once.
    """

    def __init__(self) -> None:
        """Start."""
        self._start = time.perf_counter()
        self._before = 0.0

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return self._before + time.perf_counter() - self._start

    def state_dict(self) -> dict[str, Any]:
        """The wall time so far."""
        return {"seconds": self.seconds}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from that of an earlier process."""
        self._before = state["seconds"]
