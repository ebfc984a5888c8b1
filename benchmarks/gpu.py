"""Cost of 1,000 samples in a training of each pipeline's network, on the CPU and on the GPU.

The networks and batches are those of the recipes in conf/base, the data random numbers of their
shape. Without a GPU there are the figures of the CPU alone; those of a GPU have not been measured
by the project yet.

    python benchmarks/gpu.py [--rounds 1] [--threads 1]
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from dl_pipelines.models import build_classifier, build_network
from dl_pipelines.models.generative import build_autoencoder, build_gan
from dl_pipelines.params import Training
from dl_pipelines.params.generative import AdversarialTraining, VAETraining
from dl_pipelines.training.gan import TrainedGAN, train_gan
from dl_pipelines.training.network import Trained
from dl_pipelines.training.supervised import train_supervised
from dl_pipelines.training.vae import train_vae
from results import Row, publish
from timing import Seconds, compared, options

Fit = Callable[[str], Trained | TrainedGAN]  # of a device
SIZE, CLASSES = 28, 10


def main() -> None:
    """Print a row for each pipeline and device."""
    given = options(__doc__, rounds=1)
    torch.set_num_threads(given.threads)
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    rows: list[Row] = []
    for name, (samples, fit) in pipelines().items():
        seconds = {device: speed(fit, device, given.rounds) for device in devices}
        label, scale = f"{name}: {{}}", 1e6 / samples
        rows += compared(seconds, "cpu", label=label, unit="ms a 1,000 samples", scale=scale)
    publish("gpu", f"a training of each pipeline's network, threads: {given.threads}", rows)


def speed(fit: Fit, device: str, rounds: int) -> Seconds:
    """Seconds of the training alone, after one that warms up."""
    fit(device)
    return Seconds([fit(device).seconds for _ in range(rounds)], [])


def pipelines() -> dict[str, tuple[int, Fit]]:
    """Samples that are learnt, and how, by the pipeline's name."""
    lstm = {"hidden": 32, "skip_days": 3}
    mlp = {"hidden": [64, 64], "bins": 8, "keep_numbers": True}
    convnet = {"stages": [[24, 24], [48, 48], [96]]}
    adversaries: dict[str, Any] = {"hidden": [256, 256]}
    return {
        "stock_lstm": forecasts(20_000, (10, 8), partial(build_network, "lstm", lstm), batch=64),
        "house_price": forecasts(20_000, (13,), partial(build_network, "mlp", mlp), batch=32),
        "mnist_mlp": digits(10_000, "image_mlp", {"hidden": [300, 100], "batch_norm": True}, 64),
        "mnist_cnn": digits(2_560, "convnet", convnet, 128),
        "mnist_vae": autoencoder(10_000, {"hidden": [400], "latents": 20}, 64),
        "mnist_gan": adversarial(10_000, {"latents": 64, **adversaries}, adversaries, 64),
    }


def forecasts(
    samples: int, shape: tuple[int, ...], build: Callable[..., nn.Module], *, batch: int
) -> tuple[int, Fit]:
    """A network of windows or of rows."""
    x, y = torch.randn(samples, *shape), torch.randn(samples, 1)
    options = recipe(Training(epochs=1, batch_size=batch))
    return samples, lambda device: train_supervised(
        build(features=shape[-1]), (x, y), None, device=device, **options
    )


def digits(
    samples: int, architecture: str, settings: dict[str, Any], batch: int
) -> tuple[int, Fit]:
    """A classifier of images."""
    labels = torch.randint(0, CLASSES, (samples,))
    loss = {"name": "cross_entropy"}
    options = recipe(Training.model_validate({"epochs": 1, "batch_size": batch, "loss": loss}))
    build = partial(build_classifier, architecture, settings, size=SIZE, classes=CLASSES)
    return samples, lambda device: train_supervised(
        build(), (images(samples), labels), None, device=device, **options
    )


def autoencoder(samples: int, settings: dict[str, Any], batch: int) -> tuple[int, Fit]:
    """A VAE of linear layers."""
    options = recipe(VAETraining(epochs=1, batch_size=batch))
    build = partial(build_autoencoder, "mlp", settings, size=SIZE)
    return samples, lambda device: train_vae(
        build(), images(samples), None, device=device, **options
    )


def adversarial(
    samples: int, generator: dict[str, Any], discriminator: dict[str, Any], batch: int
) -> tuple[int, Fit]:
    """A GAN of linear layers."""
    options = recipe(AdversarialTraining(epochs=1, batch_size=batch))
    build = partial(build_gan, "mlp", generator, discriminator, size=SIZE, classes=0)
    labels = torch.zeros(samples, dtype=torch.int64)
    return samples, lambda device: train_gan(
        build(), images(samples), labels, device=device, **options
    )


def images(samples: int) -> torch.Tensor:
    """Random grey levels."""
    return torch.randint(0, 256, (samples, SIZE, SIZE), dtype=torch.uint8)


def recipe(training: Any) -> dict[str, Any]:
    """Keyword arguments of a training."""
    return {"seed": 0, **training.model_dump(exclude={"seeds"})}


if __name__ == "__main__":
    main()
