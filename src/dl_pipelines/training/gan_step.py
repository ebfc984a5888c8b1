"""The step of a GAN: its discriminator learns from a batch, then its generator.

Shapes: B batch, S height and width of an image, Z latents.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn, optim

from dl_pipelines.data.batches import Batch
from dl_pipelines.models.gan import GAN
from dl_pipelines.training.adversarial_losses import adversarial_loss, gradient_penalty
from dl_pipelines.training.device import prepare_optimizer
from dl_pipelines.training.loop import Step
from dl_pipelines.training.steps import backward_pass

if TYPE_CHECKING:
    from accelerate import Accelerator

Notify = Callable[[nn.Module], None]


@dataclass(frozen=True)
class Player:
    """One of the two networks, and what moves it.

    Attributes:
        network: Prepared by an accelerator.
        optimizer: Updates the weights of this network and of no other.
    """

    network: nn.Module
    optimizer: optim.Optimizer


def sides(gan: GAN) -> dict[str, nn.Module]:
    """Both networks by the names that settings have for them."""
    return {"generator": gan.generator, "discriminator": gan.discriminator}


def prepared_step(
    gan: GAN,
    optimizers: Mapping[str, optim.Optimizer],
    accelerator: "Accelerator",
    loss: Mapping[str, Any],
) -> Step:
    """The step of two networks that are not prepared yet.

    Args:
        gan: Both networks, on the accelerator's device.
        optimizers: Those of `sides`, by name.
        accelerator: Prepares all of them.
        loss: `name`, `r1` and `r2` of `gan_step`.

    Raises:
        SettingError: If there is no such loss.
    """
    maker, judge = (
        Player(accelerator.prepare(network), prepare_optimizer(accelerator, optimizers[name]))
        for name, network in sides(gan).items()
    )
    return gan_step(maker, judge, gan.pixels, accelerator, latents=gan.generator.latents, **loss)


def gan_step(
    generator: Player,
    discriminator: Player,
    pixels: nn.Module,
    accelerator: "Accelerator",
    *,
    latents: int,
    name: str = "bce",
    r1: float = 0.0,
    r2: float = 0.0,
) -> Step:
    """Learn to make images, and to tell them from real ones.

    Both networks learn from the same generated images: first the discriminator, as if they were
    data, then the generator, from what the discriminator now says of them.

    Args:
        generator: From noise [B, Z] and labels to images [B, 1, S, S].
        discriminator: From images and labels to logits [B].
        pixels: Makes real images what the generator's are, [B, S, S] -> [B, 1, S, S].
        accelerator: Does the backward passes.
        latents: Columns of the noise, Z.
        name: A key of `adversarial_losses.ADVERSARIAL_LOSSES`.
        r1: Weight of the discriminator's gradient penalty on real images.
        r2: Weight of that on generated images.

    Returns:
        A step for batches of raw images, or of those and their labels, that reports
        `discriminator_loss` (without the penalty), `generator_loss`, `real_accuracy` and
        `generated_accuracy` (see `AdversarialLoss.right`), and `penalty` if there is one.

    Raises:
        SettingError: If there is no such loss.
    """
    loss, judge = adversarial_loss(name), discriminator.network
    learn_generator, learn_discriminator = (
        _learner(player, accelerator) for player in (generator, discriminator)
    )

    def step(batch: Batch, on_backward_end: Notify) -> Mapping[str, Tensor]:
        real, labels = pixels(batch[0]), batch[1] if len(batch) > 1 else None
        made = generator.network(torch.randn(len(real), latents, device=real.device), labels)

        logits, penalties = _judged(judge, [(real, r1), (made.detach(), r2)], labels)
        judging = loss.discriminator(*logits)
        learn_discriminator(sum(penalties, judging), on_backward_end)

        judge.requires_grad_(False)  # the generator's loss moves the generator alone
        with torch.no_grad():
            before = judge(real, labels) if loss.paired else logits[0]
        making = loss.generator(before, judge(made, labels))
        learn_generator(making, on_backward_end)
        judge.requires_grad_(True)

        right = dict(zip(("real_accuracy", "generated_accuracy"), loss.right(*logits), strict=True))
        reported = {"discriminator_loss": judging, "generator_loss": making, **right}
        reported |= {"penalty": sum(penalties, torch.zeros_like(judging))} if penalties else {}
        return {key: value.detach() for key, value in reported.items()}

    return step


def _judged(
    judge: nn.Module, batches: Sequence[tuple[Tensor, float]], labels: Tensor | None
) -> tuple[list[Tensor], list[Tensor]]:
    """Logits of each batch of images, and the penalties of those with a weight for it."""
    images = [batch.requires_grad_(weight > 0) for batch, weight in batches]
    logits = [judge(batch, labels) for batch in images]
    penalties = [
        weight * gradient_penalty(output, batch)
        for output, batch, (_, weight) in zip(logits, images, batches, strict=True)
        if weight > 0
    ]
    return logits, penalties


def _learner(player: Player, accelerator: "Accelerator") -> Callable[[Tensor, Notify], None]:
    """What lowers a loss by one step of a player's optimizer."""
    backward = backward_pass(accelerator, player.optimizer)

    def learn(loss: Tensor, on_backward_end: Notify) -> None:
        player.optimizer.zero_grad()
        backward(loss)
        on_backward_end(player.network)
        player.optimizer.step()

    return learn
