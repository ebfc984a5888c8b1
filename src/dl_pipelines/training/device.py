"""The device and the precision, by Accelerate: one loop for the CPU, a GPU or many."""

from typing import TYPE_CHECKING

import torch
from torch import optim

from dl_pipelines.errors import SettingError

if TYPE_CHECKING:
    from accelerate import Accelerator


def choose_device(device: str) -> torch.device:
    """Where to compute without learning; nothing that Accelerate keeps for a training is touched.

    Args:
        device: `auto` (CUDA, then MPS, then the CPU), `cpu`, `cuda` or `mps`.

    Raises:
        SettingError: If the device is not there.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if device == "auto":
        return torch.device(next(name for name, here in there.items() if here))
    if not there.get(device):
        here = ", ".join(["auto", *(name for name, here in there.items() if here)])
        raise SettingError(f"the setting 'device' is {device}, this machine has: {here}.")
    return torch.device(device)


def build_accelerator(device: str = "auto", precision: str = "no") -> "Accelerator":
    """Choose where and how precisely to compute.

    Args:
        device: `auto` (CUDA, then MPS, then the CPU), `cpu`, `cuda` or `mps`.
        precision: `no`, or the mixed precision `bf16` or `fp16`.

    Raises:
        SettingError: If the device is not there or does not know the precision.
    """
    from accelerate import Accelerator  # noqa: PLC0415  heavy: imported when used
    from accelerate.state import AcceleratorState  # noqa: PLC0415  heavy: imported when used

    choose_device(device)
    # Accelerate keeps the first choice of a process for good; each training has its own
    AcceleratorState._reset_state(reset_partial_state=True)
    try:
        accelerator = Accelerator(cpu=device == "cpu", mixed_precision=precision)
    except ValueError as error:  # what Accelerate says of a precision that the device lacks
        raise SettingError(
            f"the setting 'precision' is {precision}, which the device '{device}' cannot do "
            f"({str(error).rstrip('.')}): set it to no."
        ) from error
    if precision == "fp16" and accelerator.device.type == "cpu":  # Accelerate would ignore it
        raise SettingError("the setting 'precision' is fp16, which needs a GPU: set bf16 or no.")
    return accelerator


def prepare_optimizer(accelerator: "Accelerator", optimizer: optim.Optimizer) -> optim.Optimizer:
    """Let Accelerate scale the steps where the precision needs it (fp16).

    Elsewhere its wrapper would only cost time: 3 % of a step with a batch of 20.
    """
    if accelerator.scaler is None:
        return optimizer
    prepared: optim.Optimizer = accelerator.prepare(optimizer)
    return prepared
