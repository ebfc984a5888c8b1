"""What networks see of images.

Shapes: B batch, H and W height and width.
"""

import torch
from torch import Tensor, nn

WHITE = 255  # the highest value of a pixel; black, the background, is 0


class Pixels(nn.Module):
    """Grey images as a network's first layer wants them: one channel of normalised numbers.

    Mean and deviation are buffers, part of the state_dict, so that a stored network takes raw
    images. The book's (3.2) are 0.5 and 0.5: the numbers then lie between -1 and 1.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, *, mean: float = 0.5, std: float = 0.5) -> None:
        """Set what is subtracted and divided by, as shares of white."""
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("std", torch.tensor(std))

    def forward(self, images: Tensor) -> Tensor:
        """Normalise images of 0 to 255, whole numbers or floats, [B, H, W] -> [B, 1, H, W]."""
        shares = images.to(self.mean.dtype) / WHITE
        # The channel behind the pixels, where convolutions keep it when they find it there
        # (channels_last): a step of ConvNet takes a third less time on the CPU.
        return ((shares - self.mean) / self.std).unsqueeze(-1).permute(0, 3, 1, 2)
