"""Random numbers: explicit seeds, and no trace left behind."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


class RandomState:
    """The global random generators of Python, NumPy and torch, as one state."""

    def state_dict(self) -> dict[str, Any]:
        """Where the generators stand; plain values and tensors only."""
        numpy_state: Any = np.random.get_state()
        _, keys, position, has_gauss, cached = numpy_state
        return {
            "python": random.getstate(),
            "numpy": (torch.from_numpy(keys), position, has_gauss, cached),
            "torch": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Set the generators to `state`."""
        keys, position, has_gauss, cached = state["numpy"]
        random.setstate(state["python"])
        np.random.set_state(("MT19937", keys.numpy(), position, has_gauss, cached))
        torch.set_rng_state(state["torch"])
        if state["cuda"]:
            torch.cuda.set_rng_state_all(state["cuda"])


@contextmanager
def seed_everything(seed: int) -> Iterator[None]:
    """Seed all generators and ask for deterministic algorithms; restore both afterwards.

    Args:
        seed: Seed of Python, NumPy and torch.
    """
    outer = RandomState().state_dict()
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    memory: Any = torch.utils.deterministic  # Any: mypy does not see the module's one property
    fill = memory.fill_uninitialized_memory
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    # an operation without a deterministic form (some of CUDA) is worth a warning, not a failure
    torch.use_deterministic_algorithms(True, warn_only=True)
    memory.fill_uninitialized_memory = False  # 10 % of a small step, for broken code only
    try:
        yield
    finally:
        memory.fill_uninitialized_memory = fill
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
        RandomState().load_state_dict(outer)
