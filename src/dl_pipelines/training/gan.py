"""Generative adversarial networks, from images to a generator's weights.

Shapes: N images, S height and width, E epochs, K samples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, TypedDict, Unpack, cast

import torch
from torch import Tensor, optim

from dl_pipelines.models.gan import GAN, Generator
from dl_pipelines.training.assembly import (
    build_batches,
    build_rate,
    checkpoint_store,
    checkpointing,
    stateful,
    training_identity,
    weights,
)
from dl_pipelines.training.callbacks import ExponentialAverage, GradientClipping, Progress
from dl_pipelines.training.checkpoints import Stateful
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.gan_callbacks import (
    CollapseGuard,
    Snapshots,
    last_good_named,
    same_samples,
)
from dl_pipelines.training.gan_classes import ClassWatch, Reader
from dl_pipelines.training.gan_step import prepared_step, sides
from dl_pipelines.training.loop import Callback, Row, fit
from dl_pipelines.training.optimizers import build_optimizer
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.stopwatch import Stopwatch

_KNOWN = 50_000  # images in a row that only a discriminator knows all which has won: fewer, such
# as a few epochs of a small sample, it also knows before the generator has learnt a thing
_READ = 200  # samples read after each epoch


class AdversarialRecipe(TypedDict):
    """How a GAN is trained; the settings of `params.generative.AdversarialTraining` but the seeds.

    Attributes:
        epochs: Passes over the images.
        batch_size: Real images a step, and as many generated ones.
        shuffle: Whether batches are drawn in random order.
        optimizer: Settings of `build_optimizer` for the `generator` and the `discriminator`.
        schedule: Settings of `build_schedule`, for both.
        loss: `name`, `r1` and `r2` of `gan_step`.
        clip_norm: Largest gradient norm of each network; None for no clipping.
        ema_decay: Decay of a moving average of the generator's weights, which is then the one that
            is sampled and kept; None for none.
    """

    epochs: int
    batch_size: int
    shuffle: bool
    optimizer: Mapping[str, Mapping[str, Any]]
    schedule: Mapping[str, Any]
    loss: Mapping[str, Any]
    clip_norm: float | None
    ema_decay: float | None


@dataclass(frozen=True)
class TrainedGAN:
    """What a training leaves.

    Attributes:
        state: The generator's state_dict, on the CPU.
        history: One row an epoch: `epoch`, `train_<what gan_step reports>`, `generator_lr` and
            `discriminator_lr`, the mean rates of its steps; with a reader also `train_classes`, the
            classes that samples are read as, and `train_label_kl`, how far these are from the real
            ones in nats.
        seconds: Wall time, that before a resume included.
        samples: Images of the same noise after each epoch, uint8 [E, K, S, S].
    """

    state: dict[str, Tensor]
    history: list[Row]
    seconds: float
    samples: Tensor


def train_gan(
    gan: GAN,
    images: Tensor,
    labels: Tensor,
    *,
    seed: int,
    samples: int = 100,
    reader: Reader | None = None,
    device: str = "cpu",
    precision: str = "no",
    checkpoints: Mapping[str, Any] | None = None,
    progress: bool = False,
    **recipe: Unpack[AdversarialRecipe],
) -> TrainedGAN:
    """Train a generator and its discriminator on images that fit into memory.

    Args:
        gan: Both networks; they are trained in place.
        images: Real images, uint8 [N, S, S].
        labels: Their classes, int64 [N]; the networks are told them if they have classes.
        seed: Seed of the batches and the noise; the weights are the caller's.
        samples: Images made after each epoch, K; where there are classes they take turns.
        reader: Reads the samples after each epoch, so that one-sided ones are noticed; None for
            no look.
        device: See `build_accelerator`.
        precision: See `build_accelerator`.
        checkpoints: `folder`, `every_steps` and `keep`; None for no checkpoints.
        progress: Whether to show the progress.
        recipe: See `AdversarialRecipe`.

    Raises:
        SettingError: If a setting is unknown or out of range, a batch norm would have to learn
            from one row, training diverges, the discriminator wins, or the samples stay one-sided:
            the state after the last good epoch then stays in the folder of the checkpoints, see
            `last_good_generator`.
    """
    watch, epochs = Stopwatch(), recipe["epochs"]
    where = {"seed": seed, "device": device, "precision": precision, "samples": samples}
    known = None if reader is None else reader.identity()
    identity = training_identity(gan, [images, labels], {**recipe, **where, "reader": known})
    with seed_everything(seed):
        accelerator = build_accelerator(device, precision)
        rows = [images, labels] if gan.generator.classes else [images]
        batches = build_batches(rows, gan, accelerator, seed, recipe)
        optimizers = _optimizers(gan, recipe["optimizer"])
        kept, chosen = _chosen(gan.generator, optimizers, len(batches), recipe)
        snapshots = Snapshots(kept, samples, seed)
        callbacks: list[Callback] = [watch, *chosen, snapshots]
        if reader is not None:
            draw = partial(same_samples, kept, _READ, seed)
            callbacks.append(ClassWatch(draw, reader, labels, epochs=epochs, device=device))
        parts: dict[str, Stateful] = {"gan": gan, "batches": batches, **optimizers}
        states = stateful(parts, accelerator, callbacks)
        callbacks += checkpointing(checkpoints, identity, states)
        good = checkpoint_store(checkpoints, f"{identity}-good")
        callbacks.append(CollapseGuard(good, states, kept, epochs=ceil(_KNOWN / len(images))))
        callbacks += [Progress(f"seed {seed}", epochs)] if progress else []
        step = prepared_step(gan, optimizers, accelerator, recipe["loss"])
        with last_good_named(good):
            history = fit(gan, step, batches, epochs=epochs, callbacks=callbacks)
    return TrainedGAN(weights(kept), history, watch.seconds, torch.stack(snapshots.images))


def _optimizers(gan: GAN, settings: Mapping[str, Mapping[str, Any]]) -> dict[str, optim.Optimizer]:
    """Those of `sides`, by name."""
    return {
        name: build_optimizer(network.parameters(), **settings[name])
        for name, network in sides(gan).items()
    }


def _chosen(
    generator: Generator,
    optimizers: Mapping[str, optim.Optimizer],
    steps_per_epoch: int,
    recipe: AdversarialRecipe,
) -> tuple[Generator, list[Callback]]:
    """The generator that is sampled and kept, and the callbacks that are asked for."""
    callbacks: list[Callback] = []
    kept = generator
    if (max_norm := recipe["clip_norm"]) is not None:
        callbacks.append(GradientClipping(max_norm))
    if (decay := recipe["ema_decay"]) is not None:
        callbacks.append(average := ExponentialAverage(generator, decay))
        kept = cast(Generator, average.model)
    callbacks += [
        build_rate(
            optimizer,
            recipe,
            steps_per_epoch=steps_per_epoch,
            monitor=f"train_{name}_loss",
            column=f"{name}_lr",
        )
        for name, optimizer in optimizers.items()
    ]
    return kept, callbacks
