"""Settings of the comparison of optimizers."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from dl_pipelines.params.base import Settings
from dl_pipelines.params.classification import ImageHoldout
from dl_pipelines.params.training import Decay, OptimizerName, PositiveFinite, Seed, Seeds

TaskName = Literal["regression", "mnist"]
ComparedName = OptimizerName | Literal["adam_sgd"]
TuningSeeds = Annotated[Seeds, Field(min_length=3)]  # of fewer, noise chooses the rate
FreshSeeds = Annotated[Seeds, Field(min_length=5)]  # fewer give no band


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise ValueError("a value appears twice")
    return values


class Parabola(Settings):
    """The book's regression (3.8): y = x² + noise, x evenly spread over -1 … 1.

    Attributes:
        train: Rows to learn.
        valid: Rows that choose the learning rates.
        test: Rows that are reported on.
        noise: Standard deviation of the noise.
        seed: Seed of the noise, and of which row is in which part.
    """

    train: PositiveInt = 1000
    valid: PositiveInt = 500
    test: PositiveInt = 1000
    noise: NonNegativeFloat = 0.1
    seed: Seed = 0


class DrawnDigits(ImageHoldout):
    """Which digits are learnt, and validate and test.

    Attributes:
        test_images: Test images used; each class with its share of them.
    """

    test_images: PositiveInt = 2000


class OptimizerTrial(Settings):
    """What all trainings of a task have in common, whatever their optimizer and rate.

    Attributes:
        hidden: Units of each hidden layer.
        loss: The loss, learnt and reported.
        epochs: Passes over the training rows.
        switch_epoch: Epochs after which `adam_sgd` goes on by SGD with momentum.
        switch_factor: The rate that it goes on with, as a multiple of Adam's; a fixed one, so that
            `adam_sgd` has no more trials than the others.
        batch_size: Rows a step.
        momentum: Momentum of `momentum`, `nag` and the end of `adam_sgd`.
        betas: Decay rates of the moment estimates of Adam and its kin.
        weight_decay: Weight decay of `adamw`; the others have none.
    """

    hidden: tuple[PositiveInt, ...]
    loss: Literal["mse", "cross_entropy"]
    epochs: PositiveInt
    switch_epoch: PositiveInt
    switch_factor: PositiveFinite = 1.0
    batch_size: PositiveInt
    momentum: Decay = 0.9
    betas: tuple[Decay, Decay] = (0.9, 0.999)
    weight_decay: NonNegativeFloat = 0.01

    @model_validator(mode="after")
    def _switches_in_time(self) -> Self:
        if self.switch_epoch >= self.epochs:
            raise ValueError(
                f"switch_epoch ({self.switch_epoch}) must be less than epochs ({self.epochs})"
            )
        return self


class ComparisonTask(Settings):
    """One task on which optimizers are compared.

    Attributes:
        name: What figures call it.
        training: What all trainings have in common.
        optimizers: Which optimizers; `adam_sgd` is Adam, then SGD with momentum.
        rates: Learning rates that each of them tries, evenly spread on a logarithmic scale.
        tuning_seeds: Seeds with which the rates are tried, on the validation rows; at least 3.
        seeds: Other seeds, which the chosen rates are reported with, on the test rows; at least 5.
        target: Loss on the test rows that is to be reached; set it before looking at results.
        every: Steps between two measurements of the loss.
    """

    name: str
    training: OptimizerTrial
    optimizers: Annotated[tuple[ComparedName, ...], Field(min_length=1), AfterValidator(_distinct)]
    rates: Annotated[tuple[PositiveFinite, ...], Field(min_length=2), AfterValidator(_distinct)]
    tuning_seeds: TuningSeeds
    seeds: FreshSeeds
    target: PositiveFloat
    every: PositiveInt

    @model_validator(mode="after")
    def _fresh_seeds(self) -> Self:
        if used := set(self.seeds) & set(self.tuning_seeds):
            raise ValueError(
                f"seed {min(used)} is among 'seeds' and among 'tuning_seeds': report with other "
                "seeds than those that chose the rates"
            )
        return self


class ComparisonReport(Settings):
    """How the comparison is reported.

    Attributes:
        headline: The task whose figures also stand in the metrics without its name.
        resamples: Draws of the bootstrap.
        seed: Seed of these draws.
        timed_steps: Steps of one network whose seconds are measured, five times an optimizer.
    """

    headline: TaskName = "mnist"
    resamples: PositiveInt = 2000
    seed: Seed = 0
    timed_steps: PositiveInt = 15
