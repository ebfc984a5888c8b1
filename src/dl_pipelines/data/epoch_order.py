"""The order of an epoch's batches, which a training that was cut off can go on in."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch


class EpochOrder:
    """What an epoch's batches hold; each `for` over the object is one epoch.

    The order comes from a generator of its own, so it depends on the seed alone. Together
    `state_dict` and `load_state_dict` let an epoch go on in its middle with the same batches.
    """

    def __init__(self, draw: Callable[[torch.Generator], Sequence[Any]], seed: int) -> None:
        """Set up.

        Args:
            draw: Gives the rows of each batch of an epoch; whatever is random in it comes from
                the generator.
            seed: Seed of that generator.
        """
        self._draw = draw
        self._generator = torch.Generator().manual_seed(seed)
        self._epoch_start = self._generator.get_state()
        self._position = 0  # batches handed out in this epoch
        self._first = 0  # batch that the next epoch starts with; not 0 after a resume only

    def __iter__(self) -> Iterator[Any]:
        """Run one epoch, or the rest of one after `load_state_dict`."""
        self._epoch_start = self._generator.get_state()
        order = self._draw(self._generator)
        first, self._first = self._first, 0
        for number in range(first, len(order)):
            self._position = number + 1
            yield order[number]
        self._epoch_start = self._generator.get_state()
        self._position = 0

    def state_dict(self) -> dict[str, Any]:
        """Where the epoch stands: the generator at its start and the batches handed out."""
        return {"generator": self._epoch_start, "position": self._position}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Let the next `for` go on where `state` was taken."""
        self._generator.set_state(state["generator"])
        self._epoch_start = state["generator"]
        self._position = self._first = state["position"]
