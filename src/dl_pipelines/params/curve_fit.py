"""Settings of `curve_fit`: the points, the descent of the four ways, the random polynomial."""

from typing import Annotated, Self

from pydantic import Field, PositiveInt, model_validator

from dl_pipelines.params.base import Settings
from dl_pipelines.params.training import PositiveFinite, Seed

_NARROWEST = 0.01  # of x; x² of less could look like one value, and nothing would tell w from b
_LARGEST = 1e6  # beyond it the squares lose their digits, or are infinite

Place = Annotated[float, Field(ge=-100.0, le=100.0)]
Moderate = Annotated[float, Field(ge=-_LARGEST, le=_LARGEST)]


class Curve(Settings):
    """Points around the parabola y = wx² + b (book 2.6).

    Attributes:
        count: How many; they lie at even distances. With three, x² has two values at least.
        low: Smallest x.
        high: Largest x, 0.01 above the smallest at least.
        w: The factor of x² that the fits look for.
        b: The constant that they look for.
        noise: Standard deviation of the normal noise that is added to y.
        noise_mean: Mean of that noise; what it is, every fit finds in b.
        seed: Seed of the noise.
    """

    count: int = Field(default=100, ge=3)
    low: Place = -1.0
    high: Place = 1.0
    w: Moderate = 3.0
    b: Moderate = 2.0
    noise: float = Field(default=0.1, ge=0.0, le=_LARGEST)
    noise_mean: Moderate = 0.0
    seed: Seed = 0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be less than high ({self.high})")
        if self.high - self.low < _NARROWEST:
            raise ValueError(
                f"low ({self.low}) must be at least {_NARROWEST} less than high ({self.high})"
            )
        return self


class Descent(Settings):
    """Gradient descent on the mean squared error, the same for all four ways.

    Attributes:
        lr: Learning rate.
        tolerance: The descent ends where neither derivative is larger.
        max_steps: Steps at most.
        seed: Seed of the first w and b, which all ways share.
    """

    lr: PositiveFinite = 0.5
    tolerance: PositiveFinite = 1e-6
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
    spread: float = Field(default=5.0, gt=0.0, le=_LARGEST)
    batch_size: PositiveInt = 32
    lr: PositiveFinite = 0.1
    target: PositiveFinite = 1e-3
    max_steps: PositiveInt = 20_000
    seed: Seed = 0
