"""One array as a file that processes share, without pickle."""

from pathlib import Path
from typing import Any

import numpy as np
from kedro.io import AbstractDataset
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.files import atomic_write

Array = NDArray[Any]


class NpyDataset(AbstractDataset[Array, Array]):
    """An .npy file that is mapped into memory when it is read.

    What is not looked at is not read, and all processes that look at it (joblib hands them the
    name of the file) do so in the same memory. In return the file has no checksum, as those of
    `NpzDataset` have.
    """

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the file.

        Args:
            filepath: Path of the file.
            metadata: Free notes for hooks.
        """
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> Array:
        """Map the array; it cannot be written to.

        Raises:
            DataError: If the file is missing, cannot be read, is cut off or no .npy file.
        """
        try:
            return open_memmap(self._filepath, mode="r")
        except FileNotFoundError as error:
            raise DataError(
                f"{self._filepath} does not exist: run the node that makes it first."
            ) from error
        except OSError as error:
            raise DataError(
                f"{self._filepath} cannot be read ({error.strerror or error}): put a readable file "
                "there."
            ) from error
        except Exception as error:  # numpy raises whatever the damage leads to
            raise DataError(
                f"{self._filepath} is damaged or no .npy file of a plain array: delete it and run "
                "the node that makes it again."
            ) from error

    def save(self, data: Array) -> None:
        """Replace the file; who has mapped the one before keeps that.

        Args:
            data: Numbers or truth values, of any shape.

        Raises:
            DataError: If the file cannot be written; it is then as it was before.
            TypeError: If the array holds Python objects, which only pickle could write.
            ValueError: If the array is empty, and so cannot be mapped.
        """
        if data.dtype.hasobject:
            raise TypeError("arrays of Python objects are not saved.")
        if not data.size:
            raise ValueError("an empty array cannot be mapped into memory: use an .npz file.")
        atomic_write(self._filepath, lambda file: np.save(file, data, allow_pickle=False))

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath}
