"""What the two networks of a GAN minimise: functions of logits of real and of generated images.

Shapes: B batch, S height and width of an image.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from dl_pipelines.errors import SettingError

OfLogits = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class AdversarialLoss:
    """The losses of both networks, each a function of real and generated logits, [B] both.

    Attributes:
        discriminator: Loss of the discriminator, a scalar.
        generator: Loss of the generator, a scalar.
        paired: Whether only the difference of the logits of a real and a generated image counts:
            the generator's loss then looks at the real ones too, and zero is no threshold.
    """

    discriminator: OfLogits
    generator: OfLogits
    paired: bool = False

    def right(self, real: Tensor, generated: Tensor) -> tuple[Tensor, Tensor]:
        """Shares of real and of generated images that the discriminator knows as such.

        Where images are judged in pairs both are the share of pairs in which the real one has the
        higher logit.
        """
        if self.paired:
            pairs = (real > generated).float().mean()
            return pairs, pairs
        return (real > 0).float().mean(), (generated < 0).float().mean()


def _bce_discriminator(real: Tensor, generated: Tensor) -> Tensor:
    """BCE(D(x), 1) + BCE(D(G(z)), 0), as the book has it (8.3)."""
    return functional.softplus(-real).mean() + functional.softplus(generated).mean()


def _bce_generator(_: Tensor, generated: Tensor) -> Tensor:
    """BCE(D(G(z)), 1) (8.3): -ln D(G(z)), the non-saturating loss of Goodfellow et al. 2014.

    Their minimax loss, ln(1 - D(G(z))), has hardly a gradient while the discriminator is sure.
    """
    return functional.softplus(-generated).mean()


def _hinge_discriminator(real: Tensor, generated: Tensor) -> Tensor:
    return (1 - real).relu().mean() + (1 + generated).relu().mean()


ADVERSARIAL_LOSSES = {
    "bce": AdversarialLoss(_bce_discriminator, _bce_generator),
    # Lim and Ye 2017
    "hinge": AdversarialLoss(_hinge_discriminator, lambda _, generated: -generated.mean()),
    # R3GAN, the relativistic pairing loss (Huang et al. 2024)
    "relativistic": AdversarialLoss(
        lambda real, generated: functional.softplus(generated - real).mean(),
        lambda real, generated: functional.softplus(real - generated).mean(),
        paired=True,
    ),
}


def adversarial_loss(name: str) -> AdversarialLoss:
    """The losses of a name.

    Args:
        name: A key of `ADVERSARIAL_LOSSES`.

    Raises:
        SettingError: If there is no such loss.
    """
    if name not in ADVERSARIAL_LOSSES:
        known = ", ".join(ADVERSARIAL_LOSSES)
        raise SettingError(f"there is no adversarial loss '{name}': choose one of {known}.")
    return ADVERSARIAL_LOSSES[name]


def gradient_penalty(logits: Tensor, images: Tensor) -> Tensor:
    """Half the squared norm of the logits' gradient by the images, centred at zero.

    Of real images it is R1 (Mescheder et al. 2018), of generated ones R2.

    Args:
        logits: Of the images, [B]; each may depend on its own image only.
        images: What they are the logits of, [B, 1, S, S], with `requires_grad` before they were
            judged.

    Returns:
        The mean over the batch, a scalar that can be differentiated again.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return 0.5 * gradient.float().flatten(1).square().sum(dim=1).mean()
