"""Small images to make more of, and a kill at a step that a test chooses."""

from typing import Any

import torch
from torch import Tensor

from dl_pipelines.training.callbacks import LearningRate

SIZE = 8


class Killed(Exception):
    """Stands in for a kill."""


def halves(rows: int = 40) -> tuple[Tensor, Tensor]:
    """Grey images [rows, 8, 8] whose left or right half is bright, and which one."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 60, (rows, SIZE, SIZE), generator=generator)
    labels = torch.arange(rows) % 2
    images[labels == 0, :, :4] += 180
    images[labels == 1, :, 4:] += 180
    return images.to(torch.uint8), labels


def kill_after(monkeypatch: Any, steps: int) -> None:
    """Let training be killed after some steps."""
    original = LearningRate.on_step_end

    def on_step_end(self: LearningRate, state: Any) -> None:
        if state.step > steps:
            raise Killed
        original(self, state)

    monkeypatch.setattr(LearningRate, "on_step_end", on_step_end)


def assert_same(one: Any, other: Any) -> None:
    """Two trainings left the same bits."""
    assert one.history == other.history
    assert one.state.keys() == other.state.keys()
    assert all(torch.equal(one.state[name], other.state[name]) for name in one.state)
