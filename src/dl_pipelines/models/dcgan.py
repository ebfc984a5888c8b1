"""Convolutional GANs (DCGAN, Radford et al. 2016), read top to bottom.

Shapes: B batch, S height and width of an image, Z latents, C channels, h what halving leaves of S.
"""

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.conditioning import ClassBatchNorm2d, NoiseInput
from dl_pipelines.models.gan import SLOPE, Discriminator, Generator
from dl_pipelines.models.imaging import Maps, double, halve, halved

CONDITIONINGS = ("embedding", "batch_norm")

_DEVIATION = 0.02  # of first weights


def conv_generator(
    *,
    size: int,
    classes: int = 0,
    latents: int = 64,
    channels: Sequence[int] = (128, 64),
    conditioning: str = "embedding",
    embedding: int = 16,
) -> Generator:
    """Build a generator of transposed convolutions with batch norm and ReLU, and a tanh.

    Args:
        size: Height and width of an image, S.
        classes: Classes that can be asked for; 0 for none.
        latents: Columns of the noise, Z.
        channels: Channels before each transposed convolution, which doubles the image.
        conditioning: How the class comes in: an `embedding` behind the noise, or the `batch_norm`,
            whose gains and shifts are then the class's.
        embedding: Columns of that embedding.

    Raises:
        SettingError: If the image cannot be doubled so often, or there is no such conditioning.
    """
    if conditioning not in CONDITIONINGS:
        known = ", ".join(CONDITIONINGS)
        raise SettingError(f"there is no conditioning '{conditioning}': choose one of {known}.")
    normalised = classes if conditioning == "batch_norm" else 0
    rows = NoiseInput(latents, classes - normalised, embedding)
    layers = _Doubling(rows, channels, halved(size, len(channels)), normalised)
    _initialise(layers)
    return Generator(layers, latents=latents, classes=classes)


class _Doubling(nn.Module):
    def __init__(self, rows: NoiseInput, channels: Sequence[int], side: int, classes: int) -> None:
        super().__init__()
        self.rows = rows
        # no bias before a batch norm: it would subtract it again
        self.linear = nn.Linear(rows.width, channels[0] * side**2, bias=False)
        self.maps = Maps(channels[0], side)
        self.norms = nn.ModuleList(ClassBatchNorm2d(width, classes) for width in channels)
        self.doubles = nn.ModuleList(
            double(fan_in, fan_out, bias=number == len(channels))
            for number, (fan_in, fan_out) in enumerate(pairwise([*channels, 1]), start=1)
        )

    def forward(self, noise: Tensor, labels: Tensor | None) -> Tensor:
        maps: Tensor = self.maps(self.linear(self.rows(noise, labels)))  # [B, C, h, h]
        for norm, larger in zip(self.norms, self.doubles, strict=True):
            maps = larger(norm(maps, labels).relu())  # [B, C', 2h, 2h]
        return maps


def conv_discriminator(
    *,
    size: int,
    classes: int = 0,
    channels: Sequence[int] = (32, 64, 128),
    batch_norm: bool = False,
    spectral_norm: bool = False,
) -> Discriminator:
    """Build a discriminator of strided convolutions with LeakyReLU.

    Args:
        size: Height and width of an image, S.
        classes: Classes of the images; 0 for none.
        channels: Channels after each convolution, which halves the image, rounding down. As many
            as leave a few pixels: what the last one sees is all that is judged as a whole.
        batch_norm: Whether channels are normalised over the batch, but for those of the first
            convolution; as in DCGAN, and no company for a gradient penalty, which is of one image.
        spectral_norm: See `Discriminator`.

    Raises:
        SettingError: If that leaves nothing of the image.
    """
    side = size >> len(channels)
    if not side or not channels:
        raise SettingError(
            f"an image of {size} x {size} pixels cannot be halved {len(channels)} times: change "
            "the number of the discriminator's 'channels'."
        )
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise([1, *channels]):
        normalised = batch_norm and bool(layers)
        layers.append(halve(fan_in, fan_out, bias=not normalised))
        layers += [nn.BatchNorm2d(fan_out)] if normalised else []
        layers.append(nn.LeakyReLU(SLOPE))
    stack = nn.Sequential(*layers, nn.Flatten())
    if batch_norm:  # without it so small weights would let hardly a signal through
        _initialise(stack)
    return Discriminator(
        stack, channels[-1] * side**2, classes=classes, spectral_norm=spectral_norm
    )


def _initialise(layers: nn.Module) -> None:
    """First weights as Radford et al. 2016 draw them."""
    for layer in layers.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(layer.weight, std=_DEVIATION)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
