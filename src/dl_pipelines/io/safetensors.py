"""Trained weights as one safetensors file: tensors and a JSON header, no pickle."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kedro.io import AbstractDataset
from kedro_datasets._typing import JSONPreview

from dl_pipelines.errors import DataError
from dl_pipelines.files import atomic_write
from dl_pipelines.io.previews import Previewed, structure

if TYPE_CHECKING:
    from torch import Tensor

HEADER = "header"  # the one entry of the file's metadata: several would have no fixed order


@dataclass(frozen=True)
class Weights:
    """What is needed to rebuild trained networks.

    Attributes:
        state: Name of a parameter or buffer → tensor.
        header: What else the networks need, e.g. their architecture; JSON-serialisable.
    """

    state: "dict[str, Tensor]"
    header: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of_members(
        cls, members: "Mapping[str, Mapping[str, Tensor]]", header: dict[str, Any]
    ) -> Self:
        """Put several networks' state_dicts into one, each name led by its member's."""
        state = {
            f"{member}.{name}": tensor
            for member, parameters in members.items()
            for name, tensor in parameters.items()
        }
        return cls(state, header)

    def members(self) -> "dict[str, dict[str, Tensor]]":
        """The state_dict of each member that `of_members` put in."""
        members: dict[str, dict[str, Tensor]] = {}
        for key, tensor in self.state.items():
            member, name = key.split(".", 1)
            members.setdefault(member, {})[name] = tensor
        return members


class SafetensorsDataset(Previewed, AbstractDataset[Weights, Weights]):
    """A safetensors file; equal weights give equal bytes, and it is written atomically."""

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the file.

        Args:
            filepath: Path of the file.
            metadata: Free notes for hooks.
        """
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> Weights:
        """Read the weights onto the CPU, names in alphabetical order.

        Raises:
            DataError: If the file is missing, truncated or not written by this dataset.
        """
        # heavy: imported when used
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415

        try:
            with safe_open(self._filepath, framework="pt") as file:
                # Clones, for the tensors read are views of the file.
                state = {name: file.get_tensor(name).clone() for name in sorted(file.keys())}
                header = dict(json.loads((file.metadata() or {})[HEADER]))
        except FileNotFoundError as error:
            raise DataError(
                f"{self._filepath} does not exist: run the node that trains it first."
            ) from error
        except (
            *(OSError, SafetensorError, KeyError, ValueError),
            *(TypeError, RecursionError),  # a forged header
        ) as error:
            raise DataError(
                f"{self._filepath} is truncated or holds no weights: delete it and run the node "
                "that trains it again."
            ) from error
        return Weights(state, header)

    def save(self, data: Weights) -> None:
        """Replace the file.

        Args:
            data: The weights; tensors may share memory and lie on any device.

        Raises:
            DataError: If the file cannot be written; it is then as it was before.
        """
        # heavy: imported when used
        import torch  # noqa: PLC0415
        from safetensors.torch import save  # noqa: PLC0415

        state = {
            name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
            for name, tensor in data.state.items()
        }
        content = save(state, metadata={HEADER: json.dumps(data.header, sort_keys=True)})
        atomic_write(self._filepath, lambda file: file.write(content))

    def _preview(self) -> JSONPreview:
        """The header and the shapes of all tensors, for `kedro viz`."""
        weights = self.load()
        shapes = {name: list(tensor.shape) for name, tensor in weights.state.items()}
        return structure({"header": weights.header, "tensors": shapes})

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath}
