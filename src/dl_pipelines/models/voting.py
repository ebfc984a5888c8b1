"""The vote of several classifiers of images, and of the places an image could have been at.

Shapes: B batch, H and W height and width, C classes.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Voters(nn.Module):
    """The mean of its members' probabilities, over small shifts of the image if wanted.

    Averaging probabilities rather than logits lets a member that is sure outvote two that waver
    (a linear opinion pool; Lakshminarayanan et al. 2017 for networks of several seeds).
    """

    def __init__(self, members: Sequence[nn.Module], *, shifts: int = 0) -> None:
        """Let networks vote.

        Args:
            members: Networks from images [B, H, W] to logits [B, C].
            shifts: Largest shift in pixels, s: each member sees all (2s + 1)² shifts of an image
                to both sides, up and down, with black pixels coming in; 0 for the image alone.
        """
        super().__init__()
        self.members = nn.ModuleList(members)
        self.shifts = shifts

    def forward(self, images: Tensor) -> Tensor:
        """The probability of each class, [B, H, W] -> [B, C]."""
        votes = [
            torch.softmax(member(view), dim=1)
            for view in self._views(images)
            for member in self.members
        ]
        return torch.stack(votes).mean(dim=0)

    def _views(self, images: Tensor) -> Iterator[Tensor]:
        height, width = images.shape[1:]
        padded = functional.pad(images, [self.shifts] * 4)
        for top in range(2 * self.shifts + 1):
            for left in range(2 * self.shifts + 1):
                yield padded[:, top : top + height, left : left + width]
