"""Weights for networks of torchvision: read from a file, and put into a network."""

import pickletools
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import torch
from torch import Tensor, nn

from dl_pipelines.errors import DataError

State = Mapping[str, Tensor]

_WRITE = "write it by torch.save(network.state_dict(), …)."
_MOST_CHARACTERS = 1000  # of a name in a file; those of torchvision's networks have 60
_LEGACY_HEADS = 4  # pickles at the beginning of a file of torch before 1.6; the last has the names
# torchvision's own files of DenseNet have the names of 2017: denselayer1.norm.1, now norm1.
_OLD_NAME = re.compile(r"(?<=\.)(norm|conv)\.([12])(?=\.)")


def stored(path: Path) -> State:
    """Read the weights in a file of the user's.

    Args:
        path: A .safetensors file, or a state_dict that torch has saved.

    Returns:
        Tensors by name.

    Raises:
        DataError: If it is no such file, or holds anything but plain tensors.
    """
    from safetensors.torch import load_file  # noqa: PLC0415  heavy: imported when used

    if not path.is_file():
        raise DataError(
            f"{path}, the setting 'weights', is no file: name one, or set torchvision or none."
        )
    try:
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        _refuse_bombs(path)
        # Only tensors: no code that a file may hold is run.
        state = torch.load(path, map_location="cpu", weights_only=True)  # noqa: TID251
        tensors = {str(name): torch.as_tensor(tensor) for name, tensor in state.items()}
    except MemoryError:
        raise
    except Exception as error:  # torch raises many kinds on bytes that are not its own
        raise DataError(
            f"{path}, the setting 'weights', is no whole .safetensors file and no state_dict of "
            f"tensors alone: {_WRITE}"
        ) from error
    for name, tensor in tensors.items():
        if tensor.layout is not torch.strided or tensor.is_meta or tensor.is_quantized:
            raise DataError(
                f"{path}, the setting 'weights', holds '{name}', which is sparse, quantised or "
                f"without values: {_WRITE}"
            )
    return tensors


def load_all_but_head(net: nn.Module, state: State, *, head: str, model: str, where: str) -> None:
    """Give a network all weights but those of its last layer.

    Args:
        net: The network.
        state: The weights; those of a head may be missing or belong to other classes.
        head: Name of the last layer.
        model: What a sentence calls the network.
        where: What it calls the weights.

    Raises:
        DataError: If a weight is missing, is one too many, or has another shape.
    """
    heads = (f"{head}.", "AuxLogits.")  # the second one is Inception's
    renamed = {_OLD_NAME.sub(r"\1\2", name): tensor for name, tensor in state.items()}
    given, own = (
        {name: tensor for name, tensor in tensors.items() if not name.startswith(heads)}
        for tensors in (renamed, net.state_dict())
    )
    for name in own | given:
        if name.endswith("num_batches_tracked"):
            continue  # files older than torch 0.4.1 lack it, and it changes nothing
        found, expected = (_shape(tensors.get(name)) for tensors in (given, own))
        if found != expected:
            raise DataError(
                f"{where}, the setting 'weights', does not belong to {model}: '{name}' is {found} "
                f"instead of {expected}; choose the 'model' or the file that fits."
            )
    net.load_state_dict(given, strict=False)


def _refuse_bombs(path: Path) -> None:
    """Refuse what costs torch memory or time without limit, and what it never writes itself.

    It packs nothing, but unpacks whatever it is given to any size; and the sentence about a name
    that it does not know takes it minutes if that has 100,000 characters.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            for _ in range(_LEGACY_HEADS):
                _refuse_long_names(file)
        return
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError("it is packed")
            if member.filename.endswith("/data.pkl"):
                with archive.open(member) as file:
                    _refuse_long_names(file)


def _refuse_long_names(file: IO[bytes]) -> None:
    """Look through one pickle, which is not run."""
    for _, argument, _ in pickletools.genops(file):
        if isinstance(argument, str) and len(argument) > _MOST_CHARACTERS:
            raise ValueError("it has a name without end")


def _shape(tensor: Tensor | None) -> str:
    return "missing" if tensor is None else str([*tensor.shape])
