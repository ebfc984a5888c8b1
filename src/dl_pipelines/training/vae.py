"""Variational autoencoders, from images to weights.

Shapes: B batch, N images, S height and width, Z latents.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

import torch
from torch import Tensor, nn, optim

from dl_pipelines.data.batches import Batch
from dl_pipelines.errors import SettingError
from dl_pipelines.models.vae import VAE
from dl_pipelines.training.loop import Step
from dl_pipelines.training.network import Method, Trained, train_network
from dl_pipelines.training.recipe import Recipe
from dl_pipelines.training.steps import backward_pass
from dl_pipelines.training.vae_losses import (
    BINARISATIONS,
    binarise,
    kl_divergence,
    reconstruction_error,
)

if TYPE_CHECKING:
    from accelerate import Accelerator

_JUDGED = 500  # images at a time
_SEED = 0  # of what validation draws: the same for each epoch, so that epochs can be compared


def vae_step(
    model: nn.Module,
    optimizer: optim.Optimizer,
    accelerator: "Accelerator",
    *,
    latents: int,
    beta: float = 1.0,
    binarisation: str = "none",
) -> Step:
    """Learn images: raise the evidence lower bound (ELBO), the reconstruction less the divergence.

    Args:
        model: A VAE, prepared by `accelerator`.
        optimizer: Updates the model's weights.
        accelerator: Does the backward pass.
        latents: The model's latents, Z.
        beta: Weight of the divergence from the prior; 1 for the ELBO (Higgins et al. 2017).
        binarisation: `none` learns grey levels as if they were probabilities; `dynamic` black and
            white pixels that are drawn anew each time, see `binarise`.

    Returns:
        A step for batches of raw images that reports `loss`, `reconstruction` and `kl`, nats an
        image.
    """
    backward = backward_pass(accelerator, optimizer)

    def step(batch: Batch, on_backward_end: Callable[[nn.Module], None]) -> Mapping[str, Tensor]:
        images = binarise(batch[0]) if binarisation == "dynamic" else batch[0]
        noise = torch.randn(len(images), latents, device=images.device)
        optimizer.zero_grad()
        logits, mean, log_variance = model(images, noise)
        reconstruction = reconstruction_error(logits, images).mean()
        divergence = kl_divergence(mean, log_variance).mean()
        loss = reconstruction + beta * divergence
        backward(loss)
        on_backward_end(model)
        optimizer.step()
        reported = {"loss": loss, "reconstruction": reconstruction, "kl": divergence}
        return {name: value.detach() for name, value in reported.items()}

    return step


@torch.no_grad()
def elbo_terms(model: VAE, images: Tensor, *, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Both terms of the negative ELBO, with one draw from each image's posterior.

    Args:
        model: The VAE, in evaluation mode.
        images: Grey levels of 0 to 255, [N, S, S], on the model's device.
        generator: Draws the noise, on the CPU.

    Returns:
        Reconstruction error and divergence of the posterior, nats [N] each: their sum is the
        book's BCE + KL, and of binarised images the negative ELBO.
    """
    terms = []
    for part in torch.split(images, _JUDGED):
        noise = torch.randn(len(part), model.latents, generator=generator).to(part.device)
        logits, mean, log_variance = model(part, noise)
        terms.append((reconstruction_error(logits, part), kl_divergence(mean, log_variance)))
    reconstruction, divergence = zip(*terms, strict=True)
    return torch.cat(reconstruction), torch.cat(divergence)


@torch.no_grad()
def posteriors(model: VAE, images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log variance of all images' posteriors.

    Args:
        model: The VAE, in evaluation mode.
        images: Grey levels of 0 to 255, [N, S, S], on the model's device.

    Returns:
        [N, Z] each.
    """
    means, log_variances = zip(
        *(model.encode(part) for part in torch.split(images, _JUDGED)), strict=True
    )
    return torch.cat(means), torch.cat(log_variances)


def mean_elbo(
    model: nn.Module, tensors: Sequence[Tensor], *, beta: float = 1.0, binarisation: str = "none"
) -> dict[str, float]:
    """Validate a VAE: its losses in evaluation mode, with the same draws each time.

    Args:
        model: The VAE.
        tensors: Raw images, [N, S, S], alone.
        beta: As in `vae_step`.
        binarisation: As in `vae_step`.

    Returns:
        `loss`, `reconstruction` and `kl`, nats an image.
    """
    assert isinstance(model, VAE)  # noqa: S101  as the signature of any validation cannot say
    generator = torch.Generator().manual_seed(_SEED)
    images = binarise(tensors[0], generator) if binarisation == "dynamic" else tensors[0]
    terms = elbo_terms(model.eval(), images, generator=generator)
    reconstruction, divergence = (term.double().mean().item() for term in terms)
    loss = reconstruction + beta * divergence
    return {"loss": loss, "reconstruction": reconstruction, "kl": divergence}


def train_vae(
    model: VAE,
    train: Tensor,
    valid: Tensor | None,
    *,
    seed: int,
    device: str = "cpu",
    precision: str = "no",
    checkpoints: Mapping[str, Any] | None = None,
    progress: bool = False,
    **recipe: Unpack[Recipe],
) -> Trained:
    """Train a variational autoencoder on images that fit into memory.

    Args:
        model: The VAE; it is trained in place.
        train: Images to learn, uint8 [N, S, S].
        valid: Images to validate on, likewise; None for a fixed number of epochs.
        seed: Seed of the batches, the noise and the binarisation; the weights are the caller's.
        device: See `build_accelerator`.
        precision: See `build_accelerator`.
        checkpoints: `folder`, `every_steps` and `keep`; None for no checkpoints.
        progress: Whether to show the progress.
        recipe: See `Recipe`; `loss` has `beta` and `binarisation` of `vae_step`.

    Returns:
        The history has `train_` and `valid_` of `loss`, `reconstruction` and `kl`.

    Raises:
        SettingError: If a setting is unknown or out of range, or training diverges.
    """
    loss = recipe["loss"]
    if (name := loss["binarisation"]) not in BINARISATIONS:
        known = ", ".join(BINARISATIONS)
        raise SettingError(f"there is no binarisation '{name}': choose one of {known}.")
    return train_network(
        model,
        [train],
        None if valid is None else [valid],
        method=Method(
            partial(vae_step, latents=model.latents, **loss), validate=partial(mean_elbo, **loss)
        ),
        seed=seed,
        device=device,
        precision=precision,
        checkpoints=checkpoints,
        progress=progress,
        recipe=recipe,
    )
