"""Pictures that a user has put into a folder.

Shapes: H x W pixels, channels red, green, blue and alpha.
"""

import io
import os
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from kedro.io import AbstractDataset, DatasetError
from numpy.typing import NDArray

from dl_pipelines.errors import DataError

if TYPE_CHECKING:
    from PIL.Image import Image

Read = Callable[[], NDArray[np.uint8]]

_FORMATS = ("PNG", "JPEG")
MOST_PIXELS = 50_000_000  # 200 MB when unpacked
_MOST_BYTES = 2**28  # of a file; those of cameras have 2**26 at most
_MOST_SCANS = 100  # of a JPEG: usual are 1 and 10, and each takes the time of the whole picture
_SCAN = b"\xff\xda"
_SIDE = 1024  # pixels; a network sees 28 of them
_LEVELS = 257  # steps of 16 bits in one of 8


class PicturesDataset(AbstractDataset[NoReturn, dict[str, Read]]):
    """The PNG and JPEG pictures of a folder and the folders in it, read one by one; read-only."""

    def __init__(self, path: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the folder.

        Args:
            path: The folder (Kedro resolves a key of this name against the project's root).
            metadata: Free notes for hooks.
        """
        self._folder = Path(path)
        self.metadata = metadata

    def load(self) -> dict[str, Read]:
        """Find the pictures, and read none yet: all at once may not fit into memory.

        Returns:
            Path of each file within the folder, in alphabetical order → a function that reads it;
            see `read_picture`. Hidden files are left out, other kinds of files are not: they are
            pictures that cannot be read.

        Raises:
            DataError: If there are none.
        """
        if files := self._files():
            return {name: partial(read_picture, path) for name, path in sorted(files.items())}
        state = "holds no files" if self._folder.is_dir() else "is no folder"
        raise DataError(
            f"{self._folder} {state}: put PNG or JPEG pictures there, one digit each, or name "
            "another folder in the setting 'folder'."
        )

    def save(self, data: NoReturn) -> None:
        """Refuse: the pictures are the user's."""
        raise DatasetError(f"{self._folder} is a source and is never written.")

    def _files(self) -> dict[str, Path]:
        found = [(path, path.relative_to(self._folder)) for path in self._folder.rglob("*")]
        return {
            # A name may be any bytes; tables are UTF-8.
            os.fsencode(name.as_posix()).decode(errors="replace"): path
            for path, name in found
            if path.is_file() and not any(part.startswith(".") for part in name.parts)
        }

    def _exists(self) -> bool:
        return bool(self._files())

    def _describe(self) -> dict[str, Any]:
        return {"folder": self._folder}


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Read a PNG or JPEG picture, upright, of any kind of colours.

    Args:
        path: The file.

    Returns:
        Colours and alpha [H, W, 4]; a larger picture is reduced to 1024 pixels a side.

    Raises:
        DataError: If it is no such picture, damaged, or so large that it could fill the memory.
            The sentence leaves the file's name to the caller.
    """
    # heavy: imported when used
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415

    try:
        with open_picture(path, _FORMATS) as image:
            if image.format != "PNG" and path.read_bytes().count(_SCAN) > _MOST_SCANS:
                raise DataError(f"the picture has more than {_MOST_SCANS} scans: save it again.")
            image.draft(None, (_SIDE, _SIDE))  # a JPEG need not be unpacked in full
            return _reduced(_coloured(ImageOps.exif_transpose(image)))
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError("the file is no PNG or JPEG picture: save it as one.") from error
    except Image.DecompressionBombError as error:
        raise DataError(
            f"the picture has more than {MOST_PIXELS:,} pixels: make it smaller."
        ) from error
    except OSError as error:
        raise DataError(
            f"the picture is truncated or cannot be read ({error.strerror or error}): save it "
            "again."
        ) from error
    except Exception as error:  # Pillow raises whatever the damage leads to
        raise DataError(f"the picture is damaged ({error}): save it again.") from error


def open_picture(file: Path, formats: Sequence[str]) -> "Image":
    """Open a picture, of which only the header is unpacked yet.

    Args:
        file: The file.
        formats: What it may be, as Pillow calls them; of a PostScript file Pillow would start the
            interpreter.

    Raises:
        DataError: If it has more than 256 MiB.
        UnidentifiedImageError: If it is something else.
        DecompressionBombError: If it has more than `MOST_PIXELS`.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  heavy: imported when used

    with file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise DataError(f"the picture has more than {_MOST_BYTES:,} bytes: make it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # checked here
            # Of a file Pillow would ask for as many bytes as a part of a PNG claims to have.
            image = Image.open(io.BytesIO(content), formats=list(formats))  # noqa: TID251
    except UnidentifiedImageError as error:
        raise UnidentifiedImageError(f"it is no {' or '.join(formats)} picture") from error
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise Image.DecompressionBombError(f"it has more than {MOST_PIXELS:,} pixels")
    return image


def _coloured(image: "Image") -> "Image":
    from PIL import Image  # noqa: PLC0415  heavy: imported when used

    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at 255
        levels = np.array(image, dtype=np.uint32)
        levels += _LEVELS // 2
        levels //= _LEVELS
        image = Image.fromarray(levels.astype(np.uint8))
    return image.convert("RGBA")


def _reduced(image: "Image") -> NDArray[np.uint8]:
    image.thumbnail((_SIDE, _SIDE))
    return np.array(image)
