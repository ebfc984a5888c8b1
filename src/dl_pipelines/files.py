"""Files that are either the old one or the new one, never half of one."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from dl_pipelines.errors import DataError


def atomic_write(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file so that a kill or a full disk at any moment leaves the old or the new one.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and the file is
    renamed over `path` (atomic on POSIX and on NTFS).

    Args:
        path: The file to create or replace; its folder is created if needed.
        write: Called with the open binary file; writes the whole content.

    Raises:
        DataError: If the disk is full or the folder cannot be written; `path` is untouched.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not tempfile's: its files are readable by their owner only, and so would be the result.
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with temporary.open("xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DataError(
            f"{path} could not be written ({error.strerror or error}); the file is as it was "
            "before: free some disk space or check the folder's permissions, then run again."
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; Windows has no handle for folders and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
