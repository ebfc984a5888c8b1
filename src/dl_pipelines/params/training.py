"""Settings of training: optimizer, schedule, loss, recipe."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
)

from dl_pipelines.params.base import Settings

OptimizerName = Literal["sgd", "momentum", "nag", "adagrad", "rmsprop", "adam", "adamw"]
ScheduleName = Literal["constant", "step", "one_cycle", "cosine", "plateau"]
LossName = Literal["mse", "mae", "huber", "quantile", "cross_entropy"]

Decay = Annotated[float, Field(ge=0.0, lt=1.0)]
PositiveFinite = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) < len(seeds):
        raise ValueError("a seed appears twice")
    return seeds


Seeds = Annotated[tuple[Seed, ...], Field(min_length=1), AfterValidator(_distinct)]


class Optimizer(Settings):
    """An optimizer of `dl_pipelines.training.optimizers.OPTIMIZERS` and its settings.

    Attributes:
        name: Which optimizer.
        lr: Learning rate.
        weight_decay: L2 penalty (decoupled for `adamw`).
        momentum: Momentum of `momentum` and `nag`.
        betas: Decay rates of the moment estimates of `adam` and `adamw`.
    """

    name: OptimizerName = "adam"
    lr: PositiveFloat = 1e-3
    weight_decay: NonNegativeFloat = 0.0
    momentum: Decay = 0.9
    betas: tuple[Decay, Decay] = (0.9, 0.999)


class Schedule(Settings):
    """A learning-rate schedule of `dl_pipelines.training.optimizers.SCHEDULES`.

    Attributes:
        name: Which schedule.
        step_epochs: Epochs between two decays of `step` (book 3.7: 5).
        factor: Multiplier of one decay of `step` (book 3.7: 0.9) or `plateau`.
        warmup_fraction: Share of the steps in which `one_cycle` rises to the full rate.
        patience: Epochs without a better validation loss before `plateau` decays.
    """

    name: ScheduleName = "constant"
    step_epochs: PositiveInt = 5
    factor: float = Field(default=0.9, gt=0.0, lt=1.0)
    warmup_fraction: float = Field(default=0.3, gt=0.0, lt=1.0)
    patience: NonNegativeInt = 5


class Loss(Settings):
    """A loss of `dl_pipelines.training.losses.LOSSES`.

    Attributes:
        name: Which loss.
        delta: Where `huber` turns from squared to absolute, in units of the scaled target.
        quantile: Level of the `quantile` (pinball) loss.
        smoothing: Share of a label that `cross_entropy` spreads over all classes.
    """

    name: LossName = "mse"
    delta: PositiveFloat = 1.0
    quantile: float = Field(default=0.5, gt=0.0, lt=1.0)
    smoothing: float = Field(default=0.0, ge=0.0, lt=1.0)


class RegressionLoss(Loss):
    """A loss of numbers; the others of `Loss` are of classes.

    Attributes:
        name: Which loss.
    """

    name: Literal["mse", "mae", "huber", "quantile"] = "mse"


class Recipe(Settings):
    """How one model is trained.

    Attributes:
        epochs: Passes over the training rows, at most.
        batch_size: Rows a step.
        shuffle: Whether batches are drawn in random order.
        optimizer: The optimizer.
        schedule: The learning-rate schedule.
        loss: The training loss.
        clip_norm: Largest gradient norm; no clipping if null.
        ema_decay: Decay of an exponential moving average of the weights, which is then the model
            that is validated and kept; no average if null.
        patience: Epochs without a better validation loss before training stops and the best
            weights are restored; all epochs if null.
    """

    epochs: PositiveInt
    batch_size: PositiveInt
    shuffle: bool = True
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    loss: Loss = Loss()
    clip_norm: PositiveFloat | None = None
    ema_decay: float | None = Field(default=None, gt=0.0, lt=1.0)
    patience: PositiveInt | None = None


class Training(Recipe):
    """How a model is trained, several times.

    Attributes:
        seeds: One model is trained for each seed.
    """

    seeds: Seeds = (0,)
