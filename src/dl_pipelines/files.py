"""Files that are either the old one or the new one, never half of one."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from dl_pipelines.errors import DataError

_UNFINISHED = ".unfinished"  # what the names of temporary files end with


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write a file so that a kill or a full disk at any moment leaves the old or the new one.

    The content goes to a temporary file in the same folder, is flushed to the disk, and the file
    is renamed over `path` (atomic on POSIX and on NTFS). The temporary file of a process that was
    killed stays behind; see `remove_unfinished`.

    Args:
        path: The file to create or replace; its folder is created if needed.

    Yields:
        The temporary file to write to.

    Raises:
        DataError: If the disk is full or the folder cannot be written; `path` is untouched.
    """
    # Not tempfile's: its files are readable by their owner only, and so would be the result.
    temporary = unfinished(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            _flush(temporary)
            temporary.replace(path)
            if os.name != "nt":  # Windows has no handle for folders and needs none
                _flush(path.parent)  # makes the renaming itself durable
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(
            f"{path} could not be written ({error.strerror or error}); the file is as it was "
            "before: free some disk space or check the folder's permissions, then run again."
        ) from error


def atomic_write(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file through an open binary file; see `replacing`.

    Args:
        path: The file to create or replace.
        write: Called with the open file; writes the whole content.

    Raises:
        DataError: If the disk is full or the folder cannot be written; `path` is untouched.
    """
    with replacing(path) as temporary, temporary.open("xb") as file:
        write(file)


def unfinished(path: Path) -> Path:
    """A new name for what is to become a file, in its folder, by which `remove_unfinished` goes."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{_UNFINISHED}")


def remove_unfinished(folder: Path) -> None:
    """Remove what writers have left that were killed.

    Args:
        folder: The folder; nobody else may be writing in it or in the folders in it, nor a new
            store beside it.
    """
    digits = "[0-9a-f]" * 8  # else it is a file of the user's own
    pattern = f".*.{digits}{_UNFINISHED}*"  # a database's journal has its name and an ending
    for path in (*folder.rglob(pattern), *folder.parent.glob(pattern)):
        with suppress(OSError):  # it is in nobody's way
            path.unlink()


def _flush(path: Path) -> None:
    """Wait until what was written lies on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
