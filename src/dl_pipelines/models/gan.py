"""Generative adversarial networks of grey images (Goodfellow et al. 2014; book 8.2 and 8.3).

A generator makes images of noise, a discriminator tells them from real ones. Convolutions (`dcgan`)
and classes (`conditioning`) change the networks only, never how they are trained.

Shapes: B batch, S height and width of an image, Z latents, C channels, h what halving leaves of S.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm as normalise_spectrum

from dl_pipelines.models.conditioning import NoiseInput, ProjectionHead
from dl_pipelines.models.images import Pixels
from dl_pipelines.models.imaging import Maps, grey_levels, in_batches
from dl_pipelines.models.mlp import perceptron

SLOPE = 0.2  # of LeakyReLU below zero, as Radford et al. 2016


class Generator(nn.Module):
    """Images of noise, and of the class that is asked for if there are classes.

    Attributes:
        latents: Columns of the noise, Z.
        classes: Classes that can be asked for; 0 for none.
    """

    def __init__(self, layers: nn.Module, *, latents: int, classes: int) -> None:
        """Wrap a network.

        Args:
            layers: From noise [B, Z] and labels [B] (None without classes) to [B, 1, S, S].
            latents: Columns of the noise, Z.
            classes: Classes that can be asked for; 0 for none.
        """
        super().__init__()
        self.layers = layers
        self.latents = latents
        self.classes = classes

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        """Make images between -1 (black) and 1 (white), [B, Z] and [B] -> [B, 1, S, S]."""
        images: Tensor = self.layers(noise, labels).tanh()
        return images

    def images(self, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        """Make grey levels of 0 to 255, [N, Z] and [N] -> uint8 [N, S, S].

        In evaluation mode, or a batch norm lets images depend on each other.
        """
        return in_batches(self.batch, noise, labels)

    def batch(self, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        """The same of one batch, [B, Z] and [B] -> uint8 [B, S, S]."""
        return grey_levels((self(noise, labels).squeeze(1) + 1) / 2)

    def sample(
        self, count: int, generator: torch.Generator, labels: Tensor | None = None
    ) -> Tensor:
        """Draw noise and make images of it.

        Args:
            count: How many images, N.
            generator: Draws the noise, on the CPU.
            labels: Their classes, int64 [N]; None where there are no classes.

        Returns:
            Grey levels of 0 to 255, uint8 [N, S, S].
        """
        device = next(self.parameters()).device
        noise = torch.randn(count, self.latents, generator=generator)
        return self.images(noise.to(device), None if labels is None else labels.to(device))


class Discriminator(nn.Module):
    """A logit of an image being real; the sigmoid is in the loss."""

    def __init__(
        self, layers: nn.Sequential, features: int, *, classes: int, spectral_norm: bool
    ) -> None:
        """Put a head onto a network.

        Args:
            layers: From images [B, 1, S, S] to features [B, F].
            features: Columns of the features, F.
            classes: Classes of the images; 0 for none.
            spectral_norm: Whether the largest singular value of each layer is kept at one (Miyato
                et al. 2018).
        """
        super().__init__()
        self.layers = layers
        self.head = ProjectionHead(features, classes)
        if spectral_norm:
            for module in [*self.modules()]:
                if isinstance(module, (nn.Linear, nn.Conv2d, nn.Embedding)):
                    normalise_spectrum(module)

    def forward(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Judge images between -1 and 1, [B, 1, S, S] and labels [B] -> logits [B]."""
        logits: Tensor = self.head(self.layers(images), labels)
        return logits


class GAN(nn.Module):
    """The two networks that play against each other."""

    def __init__(self, generator: Generator, discriminator: Discriminator) -> None:
        """Join two networks of images of one size."""
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator
        self.pixels = Pixels()  # real images as the generator's tanh makes them


def mlp_generator(
    *,
    size: int,
    classes: int = 0,
    latents: int = 64,
    hidden: Sequence[int] = (256, 256),
    batch_norm: bool = False,
    embedding: int = 16,
) -> Generator:
    """Build the book's generator: linear layers with ReLU, and a tanh (8.3).

    Args:
        size: Height and width of an image, S.
        classes: Classes that can be asked for; 0 for none.
        latents: Columns of the noise, Z.
        hidden: Units of each hidden layer.
        batch_norm: Whether hidden units are normalised over the batch.
        embedding: Columns of a class's embedding, which stands behind the noise.
    """
    rows = NoiseInput(latents, classes, embedding)
    layers = perceptron([rows.width, *hidden, size**2], batch_norm=batch_norm)
    return Generator(_OfRows(rows, layers, size), latents=latents, classes=classes)


class _OfRows(nn.Module):
    def __init__(self, rows: NoiseInput, layers: nn.Module, size: int) -> None:
        super().__init__()
        self.rows = rows
        self.layers = layers
        self.maps = Maps(1, size)

    def forward(self, noise: Tensor, labels: Tensor | None) -> Tensor:
        images: Tensor = self.maps(self.layers(self.rows(noise, labels)))
        return images


def mlp_discriminator(
    *,
    size: int,
    classes: int = 0,
    hidden: Sequence[int] = (256, 256),
    spectral_norm: bool = False,
) -> Discriminator:
    """Build the book's discriminator: linear layers with LeakyReLU (8.3).

    Args:
        size: Height and width of an image, S.
        classes: Classes of the images; 0 for none.
        hidden: Units of each hidden layer.
        spectral_norm: See `Discriminator`.
    """
    layers: list[nn.Module] = [nn.Flatten()]
    for fan_in, fan_out in pairwise([size**2, *hidden]):
        layers += [nn.Linear(fan_in, fan_out), nn.LeakyReLU(SLOPE)]
    features = [size**2, *hidden][-1]
    return Discriminator(
        nn.Sequential(*layers), features, classes=classes, spectral_norm=spectral_norm
    )
