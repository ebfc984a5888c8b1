"""What a variational autoencoder minimises, and how likely it finds images; all in nats an image.

Shapes: B batch, N images, S height and width, Z latents, K importance samples.
"""

import math
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from dl_pipelines.models.images import WHITE
from dl_pipelines.models.vae import reparameterise

BINARISATIONS = ("none", "dynamic")

_IMAGES = 100  # judged at a time: with the default chunk of samples, 15 MB of logits

LogLikelihood = Callable[[Tensor, Tensor], Tensor]


class Autoencoder(Protocol):
    """What can be judged: a normal posterior of latents whose prior is the standard normal one."""

    def encode(self, images: Tensor, /) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the posterior, [B, Z] each."""

    def decode(self, latents: Tensor, /) -> Tensor:
        """What the likelihood takes, [B, …]."""


def binarise(images: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Draw each pixel black or white, its grey level as the probability of white.

    A new draw each time is the dynamic binarisation of Salakhutdinov and Murray 2008.

    Args:
        images: Grey levels of 0 to 255, [B, S, S].
        generator: Draws the pixels, on the CPU; torch's own one if None.

    Returns:
        0 or 255, uint8 [B, S, S].
    """
    device = images.device if generator is None else "cpu"
    thresholds = torch.rand(images.shape, generator=generator, device=device)
    white = thresholds.to(images.device) * WHITE < images
    return white.to(torch.uint8) * WHITE


def reconstruction_error(logits: Tensor, images: Tensor) -> Tensor:
    """Binary cross-entropy of images, summed over their pixels.

    Of black and white pixels it is the negative log-likelihood. Of grey ones, which it takes for
    probabilities, it is none, and no figure to compare with that of binarised images.

    Args:
        logits: Of pixels being white, [B, S, S].
        images: Grey levels of 0 to 255, [B, S, S].

    Returns:
        Nats, [B].
    """
    shares = images.to(logits.dtype) / WHITE
    errors = functional.binary_cross_entropy_with_logits(logits, shares, reduction="none")
    return errors.flatten(1).sum(dim=1)


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Divergence of normal posteriors from the standard normal prior, in closed form.

    Args:
        mean: Of the posterior, [B, Z].
        log_variance: Logarithm of its variance, [B, Z].

    Returns:
        Nats, [B]: never negative.
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1)


def bernoulli_log_likelihood(logits: Tensor, images: Tensor) -> Tensor:
    """Log-likelihood of images under several sets of logits; minus `reconstruction_error` of each.

    Args:
        logits: Of pixels being white, [K · B, S, S]: the whole batch, K times.
        images: Grey levels of 0 to 255, [B, S, S].

    Returns:
        Nats, [K, B].
    """
    pixels = images.to(logits.dtype).flatten(1) / WHITE  # [B, S · S]
    flat = logits.reshape(-1, *pixels.shape)  # [K, B, S · S]
    # Not by torch's loss, which would want the images K times.
    return torch.einsum("kbp,bp->kb", flat, pixels) - functional.softplus(flat).sum(dim=2)


@torch.no_grad()
def iwae_nll(
    model: Autoencoder,
    images: Tensor,
    *,
    generator: torch.Generator,
    samples: int = 500,
    chunk: int = 50,
    log_likelihood: LogLikelihood = bernoulli_log_likelihood,
) -> Tensor:
    """Bound the negative log-likelihood from above by importance sampling (Burda et al. 2016).

    The bound falls towards the likelihood as `samples` grow; with one sample it is an estimate of
    the negative ELBO. Of dynamically binarised images: hand `binarise(images)` in.

    Args:
        model: The autoencoder, in evaluation mode.
        images: Grey levels of 0 to 255, [N, S, S], on the model's device.
        generator: Draws the latents, on the CPU.
        samples: Importance samples of each image, K.
        chunk: Samples at a time, to bound the memory.
        log_likelihood: Of what the model decodes, [K · B, …], and images [B, …], to nats [K, B].

    Returns:
        Nats, float64 [N].
    """
    return torch.cat(
        [
            _nll(model, part, generator, (samples, chunk), log_likelihood)
            for part in torch.split(images, _IMAGES)
        ]
    )


def _nll(
    model: Autoencoder,
    images: Tensor,
    generator: torch.Generator,
    sizes: tuple[int, int],
    log_likelihood: LogLikelihood,
) -> Tensor:
    samples, chunk = sizes
    mean, log_variance = model.encode(images)
    parts = []
    for first in range(0, samples, chunk):
        shape = (min(chunk, samples - first), *mean.shape)
        noise = torch.randn(shape, generator=generator).to(mean.device)  # [k, B, Z]
        latents = reparameterise(mean, log_variance, noise)
        likelihood = log_likelihood(model.decode(latents.flatten(0, 1)), images)
        # ln p(z) - ln q(z | x): the constants of both densities are the same
        weights = 0.5 * (noise.square() + log_variance - latents.square()).sum(dim=2)
        parts.append((likelihood + weights).double())
    return math.log(samples) - torch.cat(parts).logsumexp(dim=0)
