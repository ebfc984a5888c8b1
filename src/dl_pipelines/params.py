"""Settings shared by the pipelines: frozen pydantic models, checked before a run starts.

Nodes annotate their `params:` arguments with these models; Kedro builds them from the YAML, so a
misspelt key or a value out of range stops the run before any node does. Nodes hand plain keyword
arguments on: models and loops never see a settings object.
"""

from datetime import date
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from dl_pipelines.errors import SettingError

OptimizerName = Literal["sgd", "momentum", "nag", "adagrad", "rmsprop", "adam", "adamw"]
ScheduleName = Literal["constant", "step", "one_cycle", "cosine", "plateau"]
LossName = Literal["mse", "mae", "huber", "quantile"]


class Settings(BaseModel):
    """Base of all settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Build the settings from a mapping.

        Raises:
            SettingError: Naming each wrong key, its value and what is allowed, in one sentence.
        """
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise SettingError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    """One sentence for all findings of a pydantic check."""
    findings = []
    for detail in error.errors(include_url=False):
        where = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            findings.append(f"there is no setting '{where}'")
        elif detail["type"] == "missing":
            findings.append(f"the setting '{where}' is missing")
        else:
            text = detail["msg"].removeprefix("Value error, ")
            value = f"'{where}' is {detail['input']!r}: " if where else ""
            findings.append(f"{value}{text[0].lower()}{text[1:]}")
    return "; ".join(findings)


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
    momentum: float = Field(default=0.9, ge=0.0, lt=1.0)
    betas: tuple[float, float] = (0.9, 0.999)


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
    """

    name: LossName = "mse"
    delta: PositiveFloat = 1.0
    quantile: float = Field(default=0.5, gt=0.0, lt=1.0)


class Training(Settings):
    """How one model is trained.

    Attributes:
        epochs: Passes over the training windows, at most.
        batch_size: Windows a step.
        shuffle: Whether batches are drawn in random order.
        optimizer: The optimizer.
        schedule: The learning-rate schedule.
        loss: The training loss.
        clip_norm: Largest gradient norm; no clipping if null.
        ema_decay: Decay of an exponential moving average of the weights, which is then the model
            that is validated and kept; no average if null.
        patience: Epochs without a better validation loss before training stops and the best
            weights are restored; no early stopping if null.
        seeds: One model is trained for each seed.
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
    seeds: tuple[int, ...] = Field(default=(0,), min_length=1)


class Compute(Settings):
    """Where and how training runs.

    Attributes:
        device: `auto` takes CUDA, then MPS, then the CPU.
        precision: Mixed precision of Accelerate: `no`, `bf16` or `fp16`.
        backend: joblib's backend for independent fits; `dask` needs the extra of that name.
        workers: Fits at a time; -1 means one a core.
    """

    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    precision: Literal["no", "bf16", "fp16"] = "no"
    backend: Literal["loky", "sequential", "dask"] = "loky"
    workers: int = -1


class Checkpoints(Settings):
    """Where unfinished training is kept, so that a killed run goes on where it stopped.

    Attributes:
        folder: Folder of the checkpoints, relative to the project's root; none are written if
            null. A finished training removes its own.
        every_steps: Optimizer steps between two checkpoints.
        keep: Checkpoints kept of one training, newest first.
    """

    folder: str | None = "data/06_models/.checkpoints"
    every_steps: PositiveInt = 200
    keep: PositiveInt = 2


class Holdout(Settings):
    """One split in time, by the date that is forecast.

    Attributes:
        start: First date used; the first one there is if null.
        test_start: First forecast date of the test part.
        end: Last date used; the last one there is if null.
        validation_fraction: Share of the dates before `test_start` that validates, the last ones.
        purge: Samples dropped at the end of the part before a boundary (López de Prado 2018).
    """

    start: date | None = None
    test_start: date
    end: date | None = None
    validation_fraction: float = Field(default=0.15, ge=0.0, lt=1.0)
    purge: NonNegativeInt = 0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.start >= self.test_start:
            raise ValueError(f"start ({self.start}) must lie before test_start {self.test_start}")
        if self.end and self.end < self.test_start:
            raise ValueError(f"end ({self.end}) must not lie before test_start {self.test_start}")
        return self


class Tracking(Settings):
    """How runs are tracked in MLflow.

    Attributes:
        enabled: Whether they are tracked at all.
        required: Whether a run stops if it cannot be tracked.
        uri: The tracking store; null means `mlflow.db` in the project's root. The environment
            variable MLFLOW_TRACKING_URI goes before it.
        experiment: The experiment; null means the name of the pipeline.
    """

    enabled: bool = True
    required: bool = True
    uri: str | None = None
    experiment: str | None = None
