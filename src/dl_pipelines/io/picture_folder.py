"""Pictures that a run has made, as PNG files in a folder of their own.

Shapes: H x W pixels.
"""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from kedro.io import AbstractDataset
from numpy.typing import NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.io.pictures import open_picture

Pictures = dict[str, NDArray[np.uint8]]

_AGES = ("new", "old")


class PictureFolderDataset(AbstractDataset[Pictures, Pictures]):
    """A folder of grey PNG files, replaced as a whole: it never holds pictures of two runs.

    A kill or a full disk leaves the old pictures or the new ones (or none, in the moment between
    the renaming of the one folder and of the other).
    """

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the folder.

        Args:
            filepath: The folder; whatever else lies in it goes when it is replaced.
            metadata: Free notes for hooks.
        """
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> Pictures:
        """Read all pictures.

        Returns:
            Name of each file → grey levels [H, W], in alphabetical order.

        Raises:
            DataError: If there is no such folder, or a picture in it is damaged.
        """
        if not self._exists():
            raise DataError(f"{self._filepath} does not exist: run the node that makes it first.")
        pictures = {}
        for file in sorted(self._filepath.glob("*.png")):
            try:
                with open_picture(file, ["PNG"]) as image:
                    pictures[file.name] = np.asarray(image.convert("L"))
            except Exception as error:  # Pillow raises whatever the damage leads to
                raise DataError(
                    f"{file} is damaged ({error}): run the node that makes it again."
                ) from error
        return pictures

    def save(self, data: Pictures) -> None:
        """Replace the folder.

        Args:
            data: Name of each file, with its ending → grey levels [H, W].

        Raises:
            DataError: If the files cannot be written; the folder is then as it was before.
        """
        # Names that the next run knows, so that it takes away what a killed one has left.
        new, old = (self._filepath.with_name(f".{self._filepath.name}.{age}") for age in _AGES)
        try:
            _remove(new, old)
            _write(new, data)
            self._swap(new, old)
        except OSError as error:
            raise DataError(
                f"{self._filepath} could not be written ({error.strerror or error}); the folder is "
                "as it was before: free some disk space or check the folder's permissions, then "
                "run again."
            ) from error
        finally:
            _remove(new, old)

    def _swap(self, new: Path, old: Path) -> None:
        try:
            if self._exists():
                self._filepath.rename(old)
            new.rename(self._filepath)
        finally:
            if old.exists() and not self._exists():
                old.rename(self._filepath)

    def _exists(self) -> bool:
        return self._filepath.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath}


def _remove(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, pictures: Pictures) -> None:
    from PIL import Image  # noqa: PLC0415  heavy: imported when used

    folder.mkdir(parents=True)
    for name, pixels in pictures.items():
        Image.fromarray(pixels).save(folder / name, format="PNG")
