"""Settings of training: optimizer, schedule, loss, and where and how it runs."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_validator,
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


class Compute(Settings):
    """Where and how training runs.

    Attributes:
        device: `auto` takes CUDA, then MPS, then the CPU.
        precision: Mixed precision of Accelerate: `no`, `bf16` or `fp16`.
        backend: Where independent fits run: `loky` (processes), `sequential`, or `dask`, which
            needs the extra of that name.
        address: Of the scheduler of an existing Dask cluster, e.g. `tcp://host:8786`. If null,
            `dask` takes the one that `DASK_SCHEDULER_ADDRESS` names, else `workers` processes.
        workers: Fits at a time; -1 means one for each `threads` cores.
        threads: Threads of torch a fit. The order of sums, and so the last bits, depend on it.
        devices: Processes that train one network together on a machine, one a GPU, or with
            `device: cpu` as many as one likes. With more than one, fits are made one by one.
        nodes: Machines that train one network together, `devices` processes each.
        rendezvous: `host:port` of the first machine, where the others meet it.
    """

    # Where fits run; each is the same to the bit.
    immaterial: ClassVar[frozenset[str]] = frozenset(
        {"address", "backend", "rendezvous", "workers"}
    )

    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    precision: Literal["no", "bf16", "fp16"] = "no"
    backend: Literal["loky", "sequential", "dask"] = "loky"
    address: str | None = None
    workers: int = Field(default=-1, ge=-1)
    threads: PositiveInt = 1
    devices: PositiveInt = 1
    nodes: PositiveInt = 1
    rendezvous: str | None = Field(default=None, pattern=r"^[^:/\s]+:\d+$")

    @field_validator("workers")
    @classmethod
    def _at_least_one(cls, workers: int) -> int:
        if workers == 0:
            raise ValueError("it must be 1 or more, or -1 for one a core")
        return workers

    @model_validator(mode="after")
    def _address_is_of_dask(self) -> Self:
        if self.address is not None and self.backend != "dask":
            raise ValueError(
                f"'address' is that of a Dask scheduler and 'backend' is {self.backend}: "
                "set 'backend' to dask, or 'address' to null"
            )
        return self

    @model_validator(mode="after")
    def _processes_fit(self) -> Self:
        if self.nodes > 1 and self.rendezvous is None:
            raise ValueError(
                f"the setting 'nodes' is {self.nodes}: set 'rendezvous' to host:port of the first "
                "machine"
            )
        if self.devices * self.nodes > 1 and self.backend == "dask":
            raise ValueError(
                "the setting 'backend' is dask, which spreads fits, and 'devices' or 'nodes' is "
                "more than 1, which spreads one fit: set 'backend' to loky, or both to 1"
            )
        return self


class Checkpoints(Settings):
    """Where unfinished training is kept, so that a killed run goes on where it stopped.

    Attributes:
        folder: Folder of the checkpoints, relative to the project's root; none are written if
            null. A finished training removes its own.
        every_steps: Optimizer steps between two checkpoints.
        keep: Checkpoints kept of one training, newest first.
    """

    # A training that goes on from a checkpoint ends with the same weights.
    immaterial: ClassVar[frozenset[str]] = frozenset({"folder", "every_steps", "keep"})

    folder: str | None = "data/06_models/.checkpoints"
    every_steps: PositiveInt = 200
    keep: PositiveInt = 2
