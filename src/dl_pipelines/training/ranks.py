"""The processes that train one network together, each on its share of every batch.

Data parallelism as torch's DistributedDataParallel does it (Li et al. 2020): every process has the
whole network and the whole data, and gradients are summed over processes. The batch is the
recipe's whatever the number of processes, so the result is that of one process but for the order
of sums.

Shapes: R processes (ranks), B rows of a batch.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, distributed, nn
from torch.nn.modules.batchnorm import _BatchNorm

from dl_pipelines.data.batches import Batch
from dl_pipelines.errors import SettingError
from dl_pipelines.training.checkpoints import Stateful
from dl_pipelines.training.loop import Step

if TYPE_CHECKING:
    from accelerate import Accelerator

Validation = Callable[[], Mapping[str, float]]
Generator = tuple[Callable[[], Tensor], Callable[[Tensor], None]]  # how to get and set its state


class Ranks:
    """The processes of one training; of one alone, all methods leave things as they are.

    Attributes:
        number: Which process this is, from 0.
        count: How many there are, R.
    """

    def __init__(self, accelerator: "Accelerator") -> None:
        """Take the processes that Accelerate found in the environment.

        Args:
            accelerator: Says where this process computes.
        """
        self.number, self.count = accelerator.process_index, accelerator.num_processes
        self._accelerator = accelerator
        self._weight = 1.0  # share of the running batch's rows that is this process's
        self._batch_norms = False  # whether the network has any that see all shares

    def parts(self) -> dict[str, Stateful]:
        """What a checkpoint holds of the processes: all their random generators."""
        return {"ranks": self} if self.count > 1 else {}

    def settings(self) -> dict[str, Any]:
        """What makes the training another one than that of one process."""
        return {"processes": self.count} if self.count > 1 else {}

    def join(self, model: nn.Module, seed: int) -> None:
        """Make a network ready to be trained by all.

        Batch norms see the whole batch then. Dropout, noise and augmentation are each process's
        own; those of the first one are the seed's.

        Args:
            model: In training mode, on its device; its state_dict keeps its names.
            seed: The training's.

        Raises:
            SettingError: If the device, or the network, has no such batch norm.
        """
        if self.number > 0:
            # torch's generator takes no more than 32 bits of a seed
            torch.manual_seed(int(np.random.SeedSequence([seed, self.number]).generate_state(1)[0]))
        norms = [m for m in model.modules() if isinstance(m, _BatchNorm) and m.training]
        if self.count == 1 or not norms:
            return
        stacked = any(m.weight is not None and m.weight.dim() > 1 for m in norms)
        if stacked or self._accelerator.device.type != "cuda":
            raise SettingError(
                f"the network has batch norms, which must see the whole batch, and {self.count} "
                "processes see a share of it each: set 'devices' and 'nodes' to 1, or take a "
                "network without batch norm (networks of images can have it on GPUs)."
            )
        self._batch_norms = True
        nn.SyncBatchNorm.convert_sync_batchnorm(model)  # type: ignore[no-untyped-call]  # torch's

    def prepare(self, model: nn.Module) -> nn.Module:
        """Let Accelerate wrap a network; its gradients are those of the whole batch then."""
        network: nn.Module = self._accelerator.prepare(model)
        if isinstance(network, nn.parallel.DistributedDataParallel):
            network.register_comm_hook(self, _sum_of_shares)
        return network

    def share(self, step: Step) -> Step:
        """A step that learns this process's share of each batch.

        What it reports is of the whole batch, and so the same in all processes. A process for which
        no row is left computes one in vain, for all have to take part in the sum of gradients.

        Raises:
            SettingError: When a batch norm would see such a row.
        """
        if self.count == 1:
            return step

        def shared(batch: Batch, on_backward_end: Callable[[nn.Module], None]) -> dict[str, Tensor]:
            if self._batch_norms and len(batch[0]) < self.count:
                raise SettingError(
                    f"a batch of {len(batch[0])} rows leaves none for some of {self.count} "
                    "processes, and a batch norm needs rows of each: set 'batch_size' so that the "
                    "last batch has more, or 'devices' and 'nodes' to fewer."
                )
            own = tuple(torch.tensor_split(rows, self.count)[self.number] for rows in batch)
            self._weight = len(own[0]) / len(batch[0])
            learnt = own if len(own[0]) else tuple(rows[:1] for rows in batch)
            return self._sums(step(learnt, on_backward_end))

        return shared

    def _sums(self, losses: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The losses of the whole batch."""
        weighted = torch.stack(list(losses.values())) * self._weight
        distributed.all_reduce(weighted)
        return dict(zip(losses, weighted, strict=True))

    def agree(self, validate: Validation | None) -> Validation | None:
        """A validation by the first process, whose losses the others take over.

        All then decide alike, to the last bit, whether to stop.
        """
        if self.count == 1 or validate is None:
            return validate

        def agreed() -> dict[str, float]:
            found = json.dumps(dict(validate())) if self.number == 0 else ""
            losses: dict[str, float] = json.loads(self.broadcast(found.encode()))
            return losses

        return agreed

    def broadcast(self, content: bytes) -> bytes:
        """What the first process gave."""
        if self.count == 1:
            return content
        device = self._accelerator.device
        size = torch.tensor(len(content), device=device)
        distributed.broadcast(size, src=0)
        sent = torch.zeros(int(size), dtype=torch.uint8)
        if self.number == 0 and content:
            sent = torch.frombuffer(bytearray(content), dtype=torch.uint8)
        sent = sent.to(device)
        distributed.broadcast(sent, src=0)
        return sent.cpu().numpy().tobytes()

    def state_dict(self) -> dict[str, Any]:
        """The state of each process's random generators, uint8 [R, bytes]; all must call it."""
        own = torch.cat([get() for get, _ in self._generators()]).to(self._accelerator.device)
        states = [torch.empty_like(own) for _ in range(self.count)]
        distributed.all_gather(states, own)
        return {"generators": torch.stack(states).cpu()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Set this process's random generators."""
        own = state["generators"][self.number]
        sizes = [len(get()) for get, _ in self._generators()]
        for (_, put), part in zip(self._generators(), torch.split(own, sizes), strict=True):
            put(part.clone())  # torch reads from where the storage of a view begins

    def _generators(self) -> list[Generator]:
        """Those that a step draws from."""
        generators: list[Generator] = [(torch.get_rng_state, torch.set_rng_state)]
        if self._accelerator.device.type == "cuda":
            generators.append((torch.cuda.get_rng_state, torch.cuda.set_rng_state))
        return generators


# no annotations: torch refuses all but its own ones
def _sum_of_shares(ranks, bucket):  # type: ignore[no-untyped-def]
    """The gradient of the mean over the whole batch, from those of the means over its shares."""
    share = bucket.buffer().mul_(ranks._weight)
    future = distributed.all_reduce(share, async_op=True).get_future()
    return future.then(lambda done: done.value()[0])
