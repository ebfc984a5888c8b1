"""What trainings are put together from, whatever their step and their number of optimizers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn, optim

from dl_pipelines.data.batches import Batches
from dl_pipelines.errors import SettingError
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.checkpoints import (
    Checkpointing,
    CheckpointStore,
    Stateful,
    fingerprint,
)
from dl_pipelines.training.loop import Callback
from dl_pipelines.training.optimizers import build_schedule
from dl_pipelines.training.ranks import Ranks
from dl_pipelines.training.seeds import RandomState
from dl_pipelines.training.shared_checkpoints import SharedStore

if TYPE_CHECKING:
    from accelerate import Accelerator

_CHECKPOINT_LAYOUT = 2  # another one: nothing goes on from checkpoints of the one before
_BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def training_identity(
    model: nn.Module, tensors: Sequence[Tensor], settings: Mapping[str, Any]
) -> str:
    """What makes a training what it is: nothing else may go on from its checkpoints.

    Args:
        model: The module with its first weights.
        tensors: The data.
        settings: Everything that is set, JSON-serialisable.

    Returns:
        32 hexadecimal digits.
    """
    whole = {**settings, "model": str(model), "layout": _CHECKPOINT_LAYOUT}
    return fingerprint(whole, [*model.state_dict().values(), *tensors])


def move(tensors: Sequence[Tensor], accelerator: "Accelerator") -> list[Tensor]:
    """Move all rows at once: they fit into memory, and no step has to wait for a copy."""
    return [tensor.to(accelerator.device) for tensor in tensors]


def build_batches(
    tensors: Sequence[Tensor],
    model: nn.Module,
    accelerator: "Accelerator",
    seed: int,
    recipe: Mapping[str, Any],
) -> Batches:
    """Batch the rows that a model is to learn, and move both where they are learnt.

    Args:
        tensors: Rows, [N, …] each.
        model: Learns them; it is set to training mode.
        accelerator: Says where.
        seed: Seed of their order.
        recipe: `batch_size`, rows a step, and `shuffle`, whether batches are drawn in random order.

    Raises:
        SettingError: If a batch norm would have to learn from one row.
    """
    batch_size, shuffle = recipe["batch_size"], recipe["shuffle"]
    batches = Batches(move(tensors, accelerator), batch_size, shuffle=shuffle, seed=seed)
    model.to(accelerator.device)
    learning = model.train().modules()  # but frozen parts, which stay in evaluation mode
    if 1 in batches.sizes and any(isinstance(m, _BATCH_NORMS) and m.training for m in learning):
        raise SettingError(
            f"a batch norm cannot learn from one row alone ('batch_size' is {batch_size}, rows to "
            f"learn: {len(tensors[0])}): set 'batch_size' to 2 or more, and give it 2 rows or "
            "more to learn from."
        )
    return batches


def build_rate(
    optimizer: optim.Optimizer,
    recipe: Mapping[str, Any],
    *,
    steps_per_epoch: int,
    monitor: str,
    column: str = "lr",
) -> LearningRate:
    """A callback that runs a schedule and records the rate.

    Args:
        optimizer: Whose rate it is.
        recipe: `schedule`, settings of `build_schedule`, and `epochs` of the whole training.
        steps_per_epoch: Optimizer steps an epoch.
        monitor: The history's column that a plateau is seen in.
        column: The history's column for the rate.

    Raises:
        SettingError: If there is no such schedule.
    """
    length = {"epochs": recipe["epochs"], "steps_per_epoch": steps_per_epoch}
    rates = build_schedule(optimizer, **length, **recipe["schedule"])
    return LearningRate(optimizer, rates, monitor, column)


def stateful(
    parts: Mapping[str, Stateful], accelerator: "Accelerator", callbacks: Sequence[Callback]
) -> dict[str, Stateful]:
    """Everything that a checkpoint holds beside the loop's own state.

    Args:
        parts: Modules, optimizers and batches by name.
        accelerator: Has a scaler if it computes in fp16.
        callbacks: Those that come before the checkpoints.
    """
    scaler = {} if accelerator.scaler is None else {"scaler": accelerator.scaler}
    numbered = {str(number): callback for number, callback in enumerate(callbacks)}
    return {"random": RandomState(), **parts, **scaler, **numbered}


def checkpoint_store(
    checkpoints: Mapping[str, Any] | None, identity: str, ranks: Ranks | None = None
) -> CheckpointStore | None:
    """A folder that belongs to exactly this training, if checkpoints are asked for.

    Args:
        checkpoints: `folder`, `every_steps` and `keep`; None for no checkpoints.
        identity: See `training_identity`.
        ranks: The processes that train; None for one that trains alone.
    """
    if checkpoints is None or checkpoints["folder"] is None:
        return None
    folder, keep = Path(checkpoints["folder"]), checkpoints["keep"]
    if ranks is None or ranks.count == 1:
        return CheckpointStore(folder, identity, keep=keep)
    return SharedStore(folder, identity, keep=keep, ranks=ranks)


def checkpointing(
    checkpoints: Mapping[str, Any] | None,
    identity: str,
    states: Mapping[str, Stateful],
    ranks: Ranks | None = None,
) -> list[Callback]:
    """A callback for checkpoints of `states`, or none; see `checkpoint_store`."""
    store = checkpoint_store(checkpoints, identity, ranks)
    if checkpoints is None or store is None:
        return []
    return [Checkpointing(store, states, checkpoints["every_steps"])]


def weights(network: nn.Module) -> dict[str, Tensor]:
    """The state_dict of a network, on the CPU."""
    return {name: value.detach().cpu() for name, value in network.state_dict().items()}
