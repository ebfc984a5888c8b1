"""Settings of where and how training runs, and of where it is kept while it does."""

import re
from typing import ClassVar, Literal, Self

from pydantic import Field, PositiveInt, field_validator, model_validator

from dl_pipelines.params.base import Settings

_LAST_PORT = 65_535


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
    rendezvous: str | None = None

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

    @field_validator("rendezvous")
    @classmethod
    def _host_and_port(cls, rendezvous: str | None) -> str | None:
        if rendezvous is None:
            return None
        found = re.fullmatch(r"[^:/\s]+:(\d{1,5})", rendezvous)
        if not found or not 0 < int(found[1]) <= _LAST_PORT:
            raise ValueError("it must be host:port of the first machine, such as 10.0.0.1:29400")
        return rendezvous

    @model_validator(mode="after")
    def _rendezvous_is_of_machines(self) -> Self:
        if self.rendezvous is not None and self.nodes == 1:
            raise ValueError(
                f"'rendezvous' is '{self.rendezvous}', where several machines meet, and 'nodes' is "
                "1: set 'nodes' to how many they are, or 'rendezvous' to null"
            )
        return self

    @model_validator(mode="after")
    def _processes_fit(self) -> Self:
        if self.devices * self.nodes == 1:
            return self
        if self.nodes > 1 and self.rendezvous is None:
            raise ValueError(
                f"the setting 'nodes' is {self.nodes}: set 'rendezvous' to host:port of the first "
                "machine"
            )
        if self.backend == "dask":
            raise ValueError(
                "the setting 'backend' is dask, which spreads fits, and 'devices' or 'nodes' is "
                "more than 1, which spreads one fit: set 'backend' to loky, or both to 1"
            )
        if self.device != "cpu" and (here := _gpus()) < self.devices:
            has = f"{here} GPU{'s' if here > 1 else ''}" if here else "no CUDA GPU"
            fewer = f"set it to {max(here, 1)}, or " if self.devices > 1 else ""
            raise ValueError(
                f"the setting 'devices' is {self.devices}, this machine has {has}: {fewer}set "
                f"'device' to cpu to train in {self.devices * self.nodes} processes"
            )
        return self


def _gpus() -> int:
    """How many GPUs of CUDA this machine has."""
    from torch import cuda  # noqa: PLC0415  heavy: for those who ask for several

    return cuda.device_count()


class OneProcess(Compute):
    """Where and how a network is trained that several processes cannot train together."""

    @model_validator(mode="after")
    def _one_process(self) -> Self:
        if self.devices * self.nodes > 1:
            raise ValueError(
                f"the settings 'devices' and 'nodes' are {self.devices} and {self.nodes}, and the "
                "networks of this pipeline are trained by one process each: set both to 1"
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
