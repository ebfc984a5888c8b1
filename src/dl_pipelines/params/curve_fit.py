"""Settings of `curve_fit`: the points, the descent of the four ways, the random polynomial."""

from typing import Self

from pydantic import (
    Field,
    FiniteFloat,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from dl_pipelines.params.base import Settings
from dl_pipelines.params.training import Seed


class Curve(Settings):
    """Points around the parabola y = wx² + b (book 2.6).

    Attributes:
        count: How many; they lie at even distances. With three, x² has two values at least.
        low: Smallest x.
        high: Largest x.
        w: The factor of x² that the fits look for.
        b: The constant that they look for.
        noise: Standard deviation of the normal noise that is added to y.
        noise_mean: Mean of that noise; what it is, every fit finds in b.
        seed: Seed of the noise.
    """

    count: int = Field(default=100, ge=3)
    low: FiniteFloat = -1.0
    high: FiniteFloat = 1.0
    w: FiniteFloat = 3.0
    b: FiniteFloat = 2.0
    noise: NonNegativeFloat = Field(default=0.1, allow_inf_nan=False)
    noise_mean: FiniteFloat = 0.0
    seed: Seed = 0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be less than high ({self.high})")
        return self


class Descent(Settings):
    """Gradient descent on the mean squared error, the same for all four ways.

    Attributes:
        lr: Learning rate.
        tolerance: The descent ends where neither derivative is larger.
        max_steps: Steps at most.
        seed: Seed of the first w and b, which all ways share.
    """

    lr: PositiveFloat = 0.5
    tolerance: PositiveFloat = 1e-6
    max_steps: PositiveInt = 5_000
    seed: Seed = 0


class RandomPolynomial(Settings):
    """A random polynomial that one linear layer learns (second tutorial).

    Attributes:
        degree: Its degree: the layer sees x, x², … up to this power.
        spread: Standard deviation of its coefficients, whose mean is 0.
        batch_size: Standard normal x of a step, drawn anew for each.
        lr: Learning rate.
        target: The smooth-L1 loss of a batch below which training ends.
        max_steps: Steps at most.
        seed: Seed of the coefficients, the first weights and the batches.
    """

    degree: PositiveInt = 4
    spread: PositiveFloat = 5.0
    batch_size: PositiveInt = 32
    lr: PositiveFloat = 0.1
    target: PositiveFloat = 1e-3
    max_steps: PositiveInt = 20_000
    seed: Seed = 0
