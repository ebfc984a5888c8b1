"""What processes tell each other of trainings, as files that hold no code: JSON and safetensors.

A value is numbers, text, lists, tuples, mappings by name, arrays, tensors, and the classes below.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import torch as safetensors
from torch import Tensor

from dl_pipelines.data.splits import Split
from dl_pipelines.data.tables import Table
from dl_pipelines.files import atomic_write
from dl_pipelines.training.classification import Fit
from dl_pipelines.training.network import Trained

CLASSES: dict[str, type[Any]] = {"Fit": Fit, "Split": Split, "Table": Table, "Trained": Trained}


def write_value(path: Path, value: object) -> None:
    """Write a value; where the JSON file is there, it is whole.

    Args:
        path: Where, without an ending: `.json` and `.safetensors` are added.
        value: As the module says. What occurs in it several times is written once.

    Raises:
        TypeError: If there is something else in it.
        DataError: If the disk is full or the folder cannot be written.
    """
    writer = _Writer()
    text = json.dumps(writer.encode(value))
    content = safetensors.save(writer.tensors)
    atomic_write(path.with_suffix(".safetensors"), lambda file: file.write(content))
    atomic_write(path.with_suffix(".json"), lambda file: file.write(text.encode()))


def read_value(path: Path) -> Any:
    """The value that `write_value` wrote."""
    tensors = safetensors.load(path.with_suffix(".safetensors").read_bytes())
    return _decode(json.loads(path.with_suffix(".json").read_text()), tensors)


def is_written(path: Path) -> bool:
    """Whether `write_value` has come to its end."""
    return path.with_suffix(".json").exists()


class _Writer:
    """Turns a value into JSON, and keeps its arrays and tensors."""

    def __init__(self) -> None:
        self.tensors: dict[str, Tensor] = {}
        self._names: dict[int, str] = {}

    def encode(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, Tensor | np.ndarray):
            return {"$tensor" if isinstance(value, Tensor) else "$array": self._keep(value)}
        if isinstance(value, Mapping):
            return {str(name): self.encode(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            items = [self.encode(each) for each in value]
            return items if isinstance(value, list) else {"$tuple": items}
        if is_dataclass(value) and CLASSES.get(kind := type(value).__name__) is type(value):
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            return {f"${kind}": self.encode(parts)}
        raise TypeError(f"a training cannot be told of a {type(value).__name__}")

    def _keep(self, value: Tensor | np.ndarray[Any, Any]) -> str:
        """The name under which a tensor is kept; the same one for the same object."""
        if (name := self._names.get(id(value))) is None:
            name = self._names[id(value)] = str(len(self.tensors))
            # a copy: safetensors refuses views, and NumPy's arrays may be read-only
            own = value.detach().cpu().clone() if isinstance(value, Tensor) else torch.tensor(value)
            self.tensors[name] = own.contiguous()
        return name


def _decode(told: Any, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(told, list):
        return [_decode(each, tensors) for each in told]
    if not isinstance(told, dict):
        return told
    kind = next(iter(told), "")
    if not kind.startswith("$"):
        return {name: _decode(each, tensors) for name, each in told.items()}
    if kind in ("$tensor", "$array"):
        tensor = tensors[told[kind]]
        return tensor if kind == "$tensor" else tensor.numpy()
    inner = _decode(told[kind], tensors)
    return tuple(inner) if kind == "$tuple" else CLASSES[kind[1:]](**inner)
