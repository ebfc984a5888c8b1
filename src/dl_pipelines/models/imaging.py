"""What networks share that make images.

Shapes: B batch, C channels, S height and width of an image, h what halving leaves of it.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.images import WHITE

_BATCH = 500  # images made at a time: what the last maps of ten thousand take is gigabytes


def halved(size: int, times: int) -> int:
    """Height and width of an image that was halved some times.

    Raises:
        SettingError: If that leaves no whole number of pixels, which could not be doubled back.
    """
    share = 1 << times
    if size % share or times < 1:
        raise SettingError(
            f"an image of {size} x {size} pixels cannot be halved {times} times without a "
            "remainder: change the number of 'channels'."
        )
    return size // share


def halve(fan_in: int, fan_out: int, *, bias: bool = True) -> nn.Conv2d:
    """A strided convolution, [B, fan_in, 2h, 2h] -> [B, fan_out, h, h]."""
    return nn.Conv2d(fan_in, fan_out, 4, stride=2, padding=1, bias=bias)


def double(fan_in: int, fan_out: int, *, bias: bool = True) -> nn.ConvTranspose2d:
    """A transposed convolution, [B, fan_in, h, h] -> [B, fan_out, 2h, 2h].

    Its kernel is a multiple of its stride, so that every pixel gets equally many terms and no
    checkerboard shows (Odena et al. 2016).
    """
    return nn.ConvTranspose2d(fan_in, fan_out, 4, stride=2, padding=1, bias=bias)


class Maps(nn.Module):
    """Rows as square maps, the reverse of flattening."""

    def __init__(self, channels: int, side: int) -> None:
        """Set what the rows are made to."""
        super().__init__()
        self.channels = channels
        self.side = side

    def forward(self, rows: Tensor) -> Tensor:
        """Lay rows out, [B, h · h · C] -> [B, C, h, h]."""
        # The channels behind the pixels, as `Pixels` has them: convolutions keep it and are faster.
        return rows.view(rows.shape[0], self.side, self.side, self.channels).permute(0, 3, 1, 2)

    def extra_repr(self) -> str:
        """The settings, for the model's text."""
        return f"channels={self.channels}, side={self.side}"


def grey_levels(shares: Tensor) -> Tensor:
    """Shares of white, 0 to 1, as pixels: uint8 of 0 to 255, rounded."""
    return (shares.float() * WHITE).round().clamp(0, WHITE).to(torch.uint8)


@torch.no_grad()
def in_batches(make: Callable[..., Tensor], *inputs: Tensor | None) -> Tensor:
    """Call `make` with some rows of the inputs at a time, to bound the memory.

    Args:
        make: Of rows of each input, [B, …] each.
        inputs: [N, …] each, the first one not None; None is handed on as it is.

    Returns:
        The results, one behind the other, [N, …].
    """
    first = inputs[0]
    assert first is not None  # noqa: S101  as the signature cannot say
    parts = [
        make(*(None if rows is None else rows[start : start + _BATCH] for rows in inputs))
        for start in range(0, max(len(first), 1), _BATCH)
    ]
    return torch.cat(parts)
