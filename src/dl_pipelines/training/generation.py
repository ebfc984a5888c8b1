"""Networks that make images: fit with several seeds, and judge.

Shapes: N images, H and W pixels, C classes.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import torch
from torch import Tensor

from dl_pipelines.data.splits import Split
from dl_pipelines.models.generative import build_autoencoder, build_gan, restore_autoencoder
from dl_pipelines.training.device import choose_device
from dl_pipelines.training.gan import TrainedGAN, train_gan
from dl_pipelines.training.gan_classes import Reader
from dl_pipelines.training.network import Trained
from dl_pipelines.training.parallel import run_trainings, torch_threads
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.vae import elbo_terms, train_vae
from dl_pipelines.training.vae_losses import binarise, iwae_nll

Fit = TypeVar("Fit", Trained, TrainedGAN)


def fit_autoencoders(
    images: Tensor,
    split: Split,
    *,
    autoencoder: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None = None,
) -> list[Trained]:
    """Fit one autoencoder for each seed, all in one pool.

    Args:
        images: Grey levels, uint8 [N, H, W].
        split: Images to train and to validate on, if there are any; of the others nothing is seen.
        autoencoder: `architecture`, a key of `models.generative.AUTOENCODERS`, and its settings as
            `network`.
        training: Settings of `params.generative.VAETraining`.
        compute: Settings of `params.Compute`.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.

    Returns:
        The fit of each seed; rows of its history begin with `seed`.

    Raises:
        SettingError: If a setting does not fit, or training diverges.
    """
    valid = images[split.valid] if len(split.valid) else None
    shared = {"train": images[split.train], "valid": valid, "autoencoder": autoencoder}
    return _fit_seeds(_fit_autoencoder, training, compute, shared | {"checkpoints": checkpoints})


def _fit_autoencoder(
    *,
    train: Tensor,
    valid: Tensor | None,
    autoencoder: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
    seed: int,
    progress: bool,
) -> Trained:
    with seed_everything(seed):
        model = build_autoencoder(
            autoencoder["architecture"], autoencoder["network"], size=train.shape[1]
        )
    recipe = _recipe(training, compute, seed) | {"checkpoints": checkpoints, "progress": progress}
    return train_vae(model, train, valid, **recipe)


def fit_gans(
    images: Tensor,
    labels: Tensor,
    *,
    adversaries: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    samples: int = 100,
    reader: Reader | None = None,
    checkpoints: Mapping[str, Any] | None = None,
) -> list[TrainedGAN]:
    """Fit one generator, and its discriminator, for each seed, all in one pool.

    Args:
        images: Real images to learn, uint8 [N, H, W].
        labels: Class of each image, int64 [N], from 0; the networks are told it only where
            `conditional`.
        adversaries: `architecture`, a key of `models.generative.GENERATORS`; the settings of both
            as `generator` and `discriminator`; whether they are `conditional`; and the number of
            `classes`, C.
        training: Settings of `params.generative.AdversarialTraining`.
        compute: Settings of `params.Compute`.
        samples: Images made after each epoch.
        reader: See `train_gan`; None for no look at the classes of samples.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.

    Returns:
        The fit of each seed; rows of its history begin with `seed`.

    Raises:
        SettingError: If a setting does not fit, training diverges, a discriminator wins, or
            samples stay one-sided; see `train_gan`.
    """
    shared = {"images": images, "labels": labels, "adversaries": adversaries, "samples": samples}
    shared |= {"reader": reader, "checkpoints": checkpoints}
    return _fit_seeds(_fit_gan, training, compute, shared)


def _fit_gan(
    *,
    images: Tensor,
    labels: Tensor,
    adversaries: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    samples: int,
    reader: Reader | None,
    checkpoints: Mapping[str, Any] | None,
    seed: int,
    progress: bool,
) -> TrainedGAN:
    with seed_everything(seed):
        gan = build_gan(
            adversaries["architecture"],
            adversaries["generator"],
            adversaries["discriminator"],
            size=images.shape[1],
            classes=adversaries["classes"] if adversaries["conditional"] else 0,
        )
    recipe = _recipe(training, compute, seed) | {"checkpoints": checkpoints, "progress": progress}
    return train_gan(gan, images, labels, samples=samples, reader=reader, **recipe)


def _fit_seeds(
    fit: Callable[..., Fit],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    shared: Mapping[str, Any],
) -> list[Fit]:
    """The fit of each seed, all in one pool."""
    seeds, told = training["seeds"], {**shared, "training": training, "compute": compute}
    fits = run_trainings(fit, [{**told, "seed": seed} for seed in seeds], compute)
    return [
        replace(one, history=[{"seed": seed, **row} for row in one.history])
        for seed, one in zip(seeds, fits, strict=True)
    ]


def _recipe(training: Mapping[str, Any], compute: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Keyword arguments of one training."""
    recipe = {name: value for name, value in training.items() if name != "seeds"}
    where = {name: compute[name] for name in ("device", "precision")}
    return recipe | where | {"seed": seed}


@torch.no_grad()
def judge_autoencoder(
    header: Mapping[str, Any],
    state: Mapping[str, Tensor],
    images: Tensor,
    *,
    likelihood: Mapping[str, Any],
    compute: Mapping[str, Any],
) -> dict[str, Tensor]:
    """How well an autoencoder explains each of some images, in nats.

    Args:
        header: What the autoencoder is; see `models.generative.restore_autoencoder`.
        state: Its state_dict.
        images: Grey levels, uint8 [N, H, W].
        likelihood: Settings of `params.generative.Likelihood`.
        compute: Settings of `params.Compute`.

    Returns:
        Float64 [N] each: `elbo` (below 0) and `iwae_nll` of the binarised images, the latter NaN
        for images that `likelihood` leaves out; `bce_kl` of the grey ones, which is no likelihood.
    """
    device = choose_device(compute["device"])
    draws = torch.Generator().manual_seed(likelihood["seed"])
    model, grey = restore_autoencoder(header, state).to(device), images.to(device)
    count = len(images) if likelihood["images"] is None else likelihood["images"]
    chosen = torch.randperm(len(images), generator=draws)[:count]
    with torch_threads(compute["threads"]):
        binary = binarise(grey, draws)
        elbo, bce_kl = (
            torch.stack(elbo_terms(model, pixels, generator=draws)).double().sum(dim=0).cpu()
            for pixels in (binary, grey)
        )
        sizes = {name: likelihood[name] for name in ("samples", "chunk")}
        estimates = iwae_nll(model, binary[chosen.to(device)], generator=draws, **sizes)
    nll = torch.full_like(elbo, torch.nan).index_copy(0, chosen, estimates.cpu())
    return {"elbo": -elbo, "iwae_nll": nll, "bce_kl": bce_kl}
