"""Named arrays as one file, without pickle."""

import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from kedro.io import AbstractDataset
from kedro_datasets._typing import TablePreview
from numpy.lib import format as npy
from numpy.typing import NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.files import atomic_write
from dl_pipelines.io.previews import Previewed, listing

Arrays = dict[str, NDArray[Any]]

_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_PIECE_BYTES = 2**20


class NpzDataset(Previewed, AbstractDataset[Arrays, Arrays]):
    """An .npz file; equal arrays give equal bytes, and it is written atomically."""

    def __init__(
        self, filepath: str, metadata: dict[str, Any] | None = None, *, compressed: bool = False
    ) -> None:
        """Name the file.

        Args:
            filepath: Path of the file.
            metadata: Free notes for hooks.
            compressed: Whether to deflate it; MNIST then takes a fifth of the disk and seconds
                instead of a moment.
        """
        self._filepath = Path(filepath)
        self._compressed = compressed
        self.metadata = metadata

    def load(self) -> Arrays:
        """Read all arrays, names in alphabetical order.

        Raises:
            DataError: If the file is missing, damaged or no .npz file.
        """
        try:
            with zipfile.ZipFile(self._filepath) as archive:
                sound = all(_is_array(archive, member) for member in archive.infolist())
            if not sound:
                raise self._damaged()
            with np.load(self._filepath, allow_pickle=False) as file:  # noqa: TID251
                return {name: file[name] for name in sorted(file.files)}
        except (DataError, MemoryError):
            raise
        except FileNotFoundError as error:
            raise DataError(
                f"{self._filepath} does not exist: run the node that makes it first."
            ) from error
        except Exception as error:  # zipfile and numpy raise whatever the damage leads to
            raise self._damaged() from error

    def save(self, data: Arrays) -> None:
        """Replace the file.

        Args:
            data: Name → array of numbers, truth values or text of any shape; a plain number or
                text becomes an array without dimensions.

        Raises:
            DataError: If the file cannot be written; it is then as it was before.
            TypeError: If an array holds Python objects, which only pickle could write.
        """
        arrays = {name: np.asarray(data[name], order="C") for name in sorted(data)}
        if objects := [name for name, array in arrays.items() if array.dtype.hasobject]:
            raise TypeError(f"{', '.join(objects)}: arrays of Python objects are not saved.")
        save: Callable[..., None] = np.savez_compressed if self._compressed else np.savez
        # numpy dates the members of the archive 1980, so that the bytes tell nothing of the time.
        atomic_write(self._filepath, lambda file: save(file, **arrays))

    def _preview(self) -> TablePreview:
        """The arrays that there are, for `kedro viz`."""
        return listing(self.load())

    def _damaged(self) -> DataError:
        return DataError(
            f"{self._filepath} is damaged or no .npz file of plain arrays: delete it and run the "
            "node that makes it again."
        )

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "compressed": self._compressed}


def _is_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a member holds the array that its header promises, and its checksum is right.

    numpy takes all the memory that a header claims, and reads no further than to the array's end,
    which a damaged header can put before the checksum.
    """
    with archive.open(member) as file:
        try:
            shape, _, dtype = _HEADERS[npy.read_magic(file)](file)
        except MemoryError:  # Python's word for a header of brackets within brackets
            return False
        found = sum(len(piece) for piece in iter(lambda: file.read(_PIECE_BYTES), b""))
    return found == math.prod(shape) * dtype.itemsize
