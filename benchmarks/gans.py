"""Cost of a GAN's step: seconds an epoch against bare torch loops.

All train the same networks on the same random images with the same optimizers and the same loss
(the book's, 8.3), in turns, so that a busy machine slows all of them alike. The first bare loop is
what one would write by hand; the second spares the gradients of the discriminator's weights while
the generator learns, as ours does.

    python benchmarks/gans.py [--rounds 15] [--threads 1]
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn, optim

from dl_pipelines.data.batches import Batches
from dl_pipelines.models.gan import GAN
from dl_pipelines.models.generative import build_gan
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.gan_step import prepared_step, sides
from dl_pipelines.training.loop import fit
from dl_pipelines.training.optimizers import build_optimizer, build_schedule
from results import Row, publish
from timing import Program, compared, interleave, options

SIZE = 28
ADAM = {"name": "adam", "lr": 2e-4, "betas": (0.5, 0.999)}
Networks = tuple[GAN, dict[str, optim.Optimizer]]


@dataclass(frozen=True)
class Duel:
    """What is trained.

    Attributes:
        architecture: A key of `models.generative.GENERATORS`.
        batch_size: Real images a step.
        steps: Steps an epoch.
        discriminator: Settings of the discriminator; those of the generator are its defaults.
    """

    architecture: str
    batch_size: int
    steps: int
    discriminator: dict[str, Any] = field(default_factory=dict)

    def images(self) -> Tensor:
        """Random grey levels, uint8 [N, S, S]."""
        count = self.batch_size * self.steps
        return torch.randint(0, 256, (count, SIZE, SIZE), dtype=torch.uint8)

    def networks(self) -> Networks:
        """Fresh networks and their optimizers."""
        gan = build_gan(self.architecture, {}, self.discriminator, size=SIZE, classes=0).train()
        return gan, {
            name: build_optimizer(network.parameters(), **ADAM)
            for name, network in sides(gan).items()
        }


DUELS = {
    "mnist_gan, linear layers (book 8.3)": Duel("mlp", batch_size=128, steps=50),
    "mnist_dcgan": Duel("conv", batch_size=64, steps=6, discriminator={"spectral_norm": True}),
}


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=15)
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    rows: list[Row] = []
    for name, duel in DUELS.items():
        images = duel.images()
        programs: dict[str, Program] = {
            "bare": bare_loop(duel, images, sparing=False),
            "bare, sparing": bare_loop(duel, images, sparing=True),
            "ours": our_loop(duel, images),
        }
        seconds = interleave(programs, given.rounds)
        label = f"{name}, batch {duel.batch_size}: {{}}"
        rows += compared(seconds, "bare", label=label, unit="ms a step", scale=1e3 / duel.steps)
    about = f"images of {SIZE} x {SIZE}, Adam, threads: {given.threads}, {given.rounds} rounds"
    publish("gans", about, rows)


def our_loop(duel: Duel, images: Tensor) -> Program:
    """The project's loop, with a schedule of each network."""
    gan, optimizers = duel.networks()
    batches = Batches([images], duel.batch_size, shuffle=True, seed=0)
    rates = []
    for name, optimizer in optimizers.items():
        length = {"epochs": 1, "steps_per_epoch": len(batches)}
        schedule = build_schedule(optimizer, name="constant", **length)
        rates.append(LearningRate(optimizer, schedule, f"train_{name}_loss", f"{name}_lr"))
    loss = {"name": "bce", "r1": 0.0, "r2": 0.0}
    step = prepared_step(gan, optimizers, build_accelerator("cpu"), loss)
    return lambda: fit(gan, step, batches, epochs=1, callbacks=rates)


def bare_loop(duel: Duel, images: Tensor, *, sparing: bool) -> Program:
    """What one would write by hand: batches by index, and the epoch's mean losses.

    Args:
        duel: What is trained.
        images: Real images.
        sparing: Whether the discriminator's weights get no gradients that nobody uses.
    """
    step = bare_step(*duel.networks(), sparing=sparing)

    def batches() -> Iterator[Tensor]:
        return (images[rows] for rows in torch.randperm(len(images)).split(duel.batch_size))

    def epoch() -> list[float]:
        totals = torch.zeros(2)
        for batch in batches():
            totals += step(batch) * len(batch)
        return (totals / len(images)).tolist()

    return epoch


def bare_step(
    gan: GAN, optimizers: dict[str, optim.Optimizer], *, sparing: bool
) -> Callable[[Tensor], Tensor]:
    """A step in plain torch: from images to the losses of both networks, [2]."""
    criterion = nn.BCEWithLogitsLoss()
    generator, discriminator = gan.generator, gan.discriminator

    def step(batch: Tensor) -> Tensor:
        real = batch.unsqueeze(1).float().div_(255).sub_(0.5).div_(0.5)
        ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
        fake = generator(torch.randn(len(real), generator.latents))

        optimizers["discriminator"].zero_grad()
        judging = criterion(discriminator(real), ones)
        judging = judging + criterion(discriminator(fake.detach()), zeros)
        judging.backward()
        optimizers["discriminator"].step()

        optimizers["generator"].zero_grad()
        discriminator.requires_grad_(not sparing)
        making = criterion(discriminator(fake), ones)
        making.backward()
        optimizers["generator"].step()
        discriminator.requires_grad_(True)
        return torch.stack([judging, making]).detach()

    return step


if __name__ == "__main__":
    main()
