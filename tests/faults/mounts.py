"""File systems that a test mounts for itself."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(folder: Path, *how: str) -> Iterator[Path]:
    """Mount something on a folder; the test is skipped where that is not allowed.

    Args:
        folder: The folder; it is made if it does not exist.
        how: Arguments of `mount` before the folder.
    """
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None or os.geteuid() != 0:
        pytest.skip("only root mounts file systems")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([mount, *how, folder], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here ({done.stderr.strip()})")
    try:
        yield folder
    finally:
        # Lazily: a process that is ending may still have a file open.
        subprocess.run([umount, "--lazy", folder], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write to a folder, not even root."""
    with mounted(folder, "--bind", str(folder)):
        subprocess.run([shutil.which("mount"), "-o", "remount,bind,ro", folder], check=True)
        yield
