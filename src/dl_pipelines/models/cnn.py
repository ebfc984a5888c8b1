"""Convolutional networks for grey images (book chapter 6), read top to bottom.

Shapes: B batch, S height and width of an image, C channels, h and w what pooling leaves of S,
O classes.
"""

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.images import Pixels
from dl_pipelines.models.mlp import perceptron

_POOL = 2  # pixels that max-pooling makes one of, in both directions


class LeNet(nn.Module):
    """The book's network after LeNet-5 (LeCun et al. 1998): convolutions, then linear layers.

    Each convolution, without padding, is followed by a ReLU and a max-pool. The defaults are the
    book's: 6 and 16 channels, 120 and 84 hidden units, 44,426 parameters for 28 x 28 pixels.
    """

    def __init__(
        self,
        *,
        size: int,
        classes: int,
        channels: Sequence[int] = (6, 16),
        kernel: int = 5,
        hidden: Sequence[int] = (120, 84),
    ) -> None:
        """Build the network.

        Args:
            size: Height and width of an image, S.
            classes: Classes to tell apart, O.
            channels: Channels of each convolution.
            kernel: Height and width of a convolution's kernel.
            hidden: Units of each hidden linear layer.

        Raises:
            SettingError: If the image is too small for the convolutions.
        """
        super().__init__()
        self.pixels = Pixels()
        layers: list[nn.Module] = []
        side = size
        for fan_in, fan_out in pairwise([1, *channels]):
            layers += [nn.Conv2d(fan_in, fan_out, kernel), nn.ReLU(), nn.MaxPool2d(_POOL)]
            side = (side - kernel + 1) // _POOL
        if side < 1:
            raise SettingError(
                f"an image of {size} x {size} pixels is too small for {len(channels)} convolutions "
                f"with a kernel of {kernel}, each pooled: lower 'kernel' or shorten 'channels'."
            )
        self.layers = nn.Sequential(*layers)
        self.head = perceptron([[1, *channels][-1] * side**2, *hidden, classes])

    def forward(self, images: Tensor) -> Tensor:
        """Logits of raw images, [B, S, S] -> [B, O]."""
        maps = self.layers(self.pixels(images))  # [B, C, h, w]
        y: Tensor = self.head(maps.flatten(1))
        return y


class ConvNet(nn.Module):
    """Stages of 3 x 3 convolutions with batch norm, halved in between, and a linear head.

    "Same" padding keeps the size within a stage (Simonyan and Zisserman 2015); batch norm and a
    ReLU follow each convolution (Ioffe and Szegedy 2015); what the head sees of a channel is its
    highest value anywhere, so a digit may lie anywhere (Oquab et al. 2015).
    """

    def __init__(
        self,
        *,
        size: int,
        classes: int,
        stages: Sequence[Sequence[int]] = ((24, 24), (48, 48), (96,)),
        dropout: float = 0.0,
    ) -> None:
        """Build the network.

        Args:
            size: Height and width of an image, S.
            classes: Classes to tell apart, O.
            stages: Channels of each convolution, stage by stage, with a max-pool between stages.
            dropout: Probability that a channel's value is dropped before the head, in training.

        Raises:
            SettingError: If a stage has no convolution, or pooling leaves nothing of the image.
        """
        super().__init__()
        _check_stages(stages, size)
        self.pixels = Pixels()
        layers: list[nn.Module] = []
        fan_in = 1
        for number, stage in enumerate(stages):
            if number:  # before the ReLU: the same values, and fewer of them to rectify
                layers.insert(-1, nn.MaxPool2d(_POOL))
            for fan_out in stage:
                # no bias: batch norm would subtract it again
                layers.append(nn.Conv2d(fan_in, fan_out, 3, padding="same", bias=False))
                layers += [nn.BatchNorm2d(fan_out), nn.ReLU()]
                fan_in = fan_out
        self.layers = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(fan_in, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of raw images, [B, S, S] -> [B, O]."""
        maps = self.layers(self.pixels(images))  # [B, C, h, w]
        y: Tensor = self.head(self.dropout(maps.amax(dim=(2, 3))))
        return y


def _check_stages(stages: Sequence[Sequence[int]], size: int) -> None:
    if not stages or not all(stages):
        raise SettingError("the setting 'stages' has a stage without channels: give it one.")
    if size < _POOL ** (len(stages) - 1):
        raise SettingError(
            f"an image of {size} x {size} pixels is too small to be halved between "
            f"{len(stages)} stages: shorten 'stages'."
        )
