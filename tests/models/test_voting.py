import math

import torch
from torch import nn

from dl_pipelines.models.voting import Voters


class Reader(nn.Module):
    """Takes the pixels, from the first or from the last, for logits."""

    def __init__(self, *, backwards=False):
        super().__init__()
        self.backwards = backwards

    def forward(self, images):
        logits = images.float().flatten(1)
        return logits.flip(1) if self.backwards else logits


def test_probabilities_are_averaged_not_logits():
    image = torch.tensor([[[0, 3]]], dtype=torch.uint8)  # one member says e^3 : 1, one 1 : e^3
    odds = math.exp(3)

    alone = Voters([Reader()])(image)
    both = Voters([Reader(), Reader()])(image)
    against = Voters([Reader(), Reader(), Reader(backwards=True)])(image)

    torch.testing.assert_close(alone, torch.tensor([[1, odds]]) / (1 + odds))
    torch.testing.assert_close(both, alone)
    torch.testing.assert_close(against, torch.tensor([[2 + odds, 1 + 2 * odds]]) / (3 + 3 * odds))


def test_every_shift_is_seen_once_with_black_coming_in():
    image = torch.tensor([[[1, 2], [3, 4]]], dtype=torch.uint8)
    shifted = torch.tensor(
        [
            [0, 0, 0, 1], [0, 0, 1, 2], [0, 0, 2, 0],
            [0, 1, 0, 3], [1, 2, 3, 4], [2, 0, 4, 0],
            [0, 3, 0, 0], [3, 4, 0, 0], [4, 0, 0, 0],
        ]
    )  # fmt: skip
    expected = torch.softmax(shifted.float(), dim=1).mean(dim=0, keepdim=True)
    torch.testing.assert_close(Voters([Reader()], shifts=1)(image), expected)


def test_shifts_can_be_exported_with_any_number_of_images():
    voters = Voters([Reader(), Reader(backwards=True)], shifts=1)
    images = torch.randint(256, (7, 3, 3), dtype=torch.uint8)
    exported = torch.export.export(
        voters, (images[:2],), dynamic_shapes=({0: torch.export.Dim("batch")},)
    ).module()
    torch.testing.assert_close(exported(images), voters(images))
