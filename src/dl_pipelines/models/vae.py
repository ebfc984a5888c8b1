"""Variational autoencoders of grey images (Kingma and Welling 2014; book 8.1), read top to bottom.

Shapes: B batch, S height and width of an image, Z latents, C channels, h what halving leaves of S.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from dl_pipelines.models.images import Pixels
from dl_pipelines.models.imaging import Maps, double, grey_levels, halve, halved, in_batches
from dl_pipelines.models.mlp import build_activation, perceptron


class VAE(nn.Module):
    """An encoder to a normal distribution of latents, and a decoder to Bernoulli logits of pixels.

    The prior of the latents is the standard normal distribution.

    Attributes:
        latents: How many latents there are, Z.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latents: int) -> None:
        """Join two networks.

        Args:
            encoder: From shares of white [B, 1, S, S] to means and log variances [B, 2Z].
            decoder: From latents [B, Z] to logits [B, S, S].
            latents: How many latents there are, Z.
        """
        super().__init__()
        self.latents = latents
        self.pixels = Pixels(mean=0.0, std=1.0)  # shares of white: what a Bernoulli variable is of
        self.encoder = encoder
        self.decoder = decoder

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The posterior of the latents of raw images, [B, S, S] -> [B, Z] twice.

        Args:
            images: Grey levels of 0 to 255, whole numbers or floats.

        Returns:
            Mean and logarithm of the variance.
        """
        mean, log_variance = self.encoder(self.pixels(images)).chunk(2, dim=1)
        return mean, log_variance

    def decode(self, latents: Tensor) -> Tensor:
        """Logits of the pixels being white, [B, Z] -> [B, S, S]."""
        logits: Tensor = self.decoder(latents)
        return logits

    def forward(self, images: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encode raw images and decode a draw from their posterior.

        Args:
            images: Grey levels of 0 to 255, whole numbers or floats, [B, S, S].
            noise: Standard normal numbers, [B, Z]; zeros for the posterior's mean.

        Returns:
            Logits [B, S, S], and mean and log variance of the posterior, [B, Z] each.
        """
        mean, log_variance = self.encode(images)
        return self.decode(reparameterise(mean, log_variance, noise)), mean, log_variance

    def images(self, latents: Tensor) -> Tensor:
        """The mean image of each row of latents, [N, Z] -> uint8 [N, S, S]."""
        return in_batches(self.batch, latents)

    def batch(self, latents: Tensor) -> Tensor:
        """The same of one batch, [B, Z] -> uint8 [B, S, S]."""
        return grey_levels(self.decode(latents).sigmoid())

    def reconstruct(self, images: Tensor) -> Tensor:
        """The mean image of the posterior's mean, raw [N, S, S] -> uint8 [N, S, S]."""
        return in_batches(lambda rows: self.images(self.encode(rows)[0]), images)

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw latents from the prior and return their mean images.

        Args:
            count: How many images, N.
            generator: Draws the latents, on the CPU.

        Returns:
            Grey levels of 0 to 255, uint8 [N, S, S].
        """
        latents = torch.randn(count, self.latents, generator=generator)
        return self.images(latents.to(self.pixels.mean.device))


def reparameterise(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """Latents of a normal distribution as a function of its parameters and of noise, all [B, Z]."""
    # The book's formula (8.1) drops the ½: half of a variance's logarithm is that of the deviation.
    return mean + (0.5 * log_variance).exp() * noise


def mlp_vae(*, size: int, hidden: Sequence[int] = (400,), latents: int = 20) -> VAE:
    """Build a VAE of linear layers with ReLU; the defaults are the book's 784-400-20 (8.1.3).

    Args:
        size: Height and width of an image, S.
        hidden: Units of each hidden layer of the encoder; the decoder has them in reverse.
        latents: How many latents there are, Z.
    """
    encoder = nn.Sequential(nn.Flatten(), perceptron([size**2, *hidden, 2 * latents]))
    decoder = perceptron([latents, *reversed(hidden), size**2])
    return VAE(encoder, nn.Sequential(decoder, nn.Unflatten(1, (size, size))), latents)


def conv_vae(
    *,
    size: int,
    channels: Sequence[int] = (32, 64),
    blocks: int = 1,
    hidden: int = 256,
    latents: int = 32,
    activation: str = "relu",
) -> VAE:
    """Build a VAE of strided convolutions down and transposed ones up, with residual blocks.

    Args:
        size: Height and width of an image, S.
        channels: Channels after each convolution that halves the image; the decoder has them in
            reverse.
        blocks: Residual blocks at each size.
        hidden: Units of the linear layer between maps and latents.
        latents: How many latents there are, Z.
        activation: A key of `mlp.ACTIVATIONS`.

    Raises:
        SettingError: If the image cannot be halved so often, or there is no such activation.
    """
    side = halved(size, len(channels))
    act, flat = build_activation(activation), channels[-1] * side**2
    down: list[nn.Module] = []
    for fan_in, fan_out in pairwise([1, *channels]):
        down += [act] if down else []
        down += [halve(fan_in, fan_out), *_residuals(fan_out, blocks, activation)]
    up: list[nn.Module] = []
    for fan_in, fan_out in pairwise([*reversed(channels), 1]):
        up += [*_residuals(fan_in, blocks, activation), act, double(fan_in, fan_out)]
    to_latents = perceptron([flat, hidden, 2 * latents], activation=activation)
    to_maps = perceptron([latents, hidden, flat], activation=activation)
    encoder = nn.Sequential(*down, act, nn.Flatten(), to_latents)
    decoder = nn.Sequential(to_maps, Maps(channels[-1], side), *up, nn.Flatten(1, 2))
    return VAE(encoder, decoder, latents)


def _residuals(channels: int, blocks: int, activation: str) -> list[nn.Module]:
    return [Residual(channels, activation) for _ in range(blocks)]


class Residual(nn.Module):
    """Two 3 x 3 convolutions whose result is added to what they were given (He et al. 2016)."""

    def __init__(self, channels: int, activation: str) -> None:
        """Build the block: its activation, a key of `mlp.ACTIVATIONS`, comes before each."""
        super().__init__()
        self.layers = nn.Sequential(
            build_activation(activation),
            nn.Conv2d(channels, channels, 3, padding="same"),
            build_activation(activation),
            nn.Conv2d(channels, channels, 3, padding="same"),
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Keep the shape, [B, C, h, h]."""
        y: Tensor = maps + self.layers(maps)
        return y
