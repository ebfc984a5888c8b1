"""The networks of several seeds in one file of weights: packed and found again by seed."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd
from torch import Tensor

from dl_pipelines.io.safetensors import Weights
from dl_pipelines.training.loop import Row

State = Mapping[str, Tensor]


class Fit(Protocol):
    """What every training tells of its course."""

    @property
    def history(self) -> list[Row]:
        """One row an epoch, which begins with the seed."""
        ...

    @property
    def seconds(self) -> float:
        """Wall time."""
        ...


def pack_seeds(states: Sequence[State], seeds: Sequence[int], header: dict[str, Any]) -> Weights:
    """Put the networks of all seeds into one file.

    Args:
        states: The state_dict of each seed's network.
        seeds: The seeds.
        header: What else is to be known of them.
    """
    members = {f"seed_{seed}": state for seed, state in zip(seeds, states, strict=True)}
    return Weights.of_members(members, {**header, "seeds": list(seeds)})


def states_by_seed(weights: Weights) -> dict[int, dict[str, Tensor]]:
    """Seed → state_dict, in the order that `pack_seeds` got; a file sorts members by name."""
    members = weights.members()
    return {seed: members[f"seed_{seed}"] for seed in weights.header["seeds"]}


def course(fits: Sequence[Fit]) -> tuple[pd.DataFrame, dict[str, float]]:
    """How the trainings of all seeds went: all rows of their histories, and their mean duration.

    Args:
        fits: One a seed.

    Returns:
        The rows, and `train_seconds`.
    """
    history = pd.DataFrame([row for fit in fits for row in fit.history])
    return history, {"train_seconds": float(np.mean([fit.seconds for fit in fits]))}
