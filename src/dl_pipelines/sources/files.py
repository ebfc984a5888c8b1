"""Public files: the user's own copy, else a mirror's, else a download, each known by its digest."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dl_pipelines.errors import DataError, SourceError
from dl_pipelines.sources.downloads import DownloadError, download

MIRROR_VARIABLE = "DL_PIPELINES_DATA"
SHOWN_DIGITS = 16  # of a digest's 64


@dataclass(frozen=True)
class RemoteFile:
    """A public file.

    Attributes:
        mirror: Path in the mirror folder, e.g. `house/ames.csv`.
        urls: Where the public has it, tried in this order; the first one names the source.
        digest: sha256, hexadecimal, of the mirror's file and, unless `is_same` is given, of the
            download.
        is_same: Whether a download holds the same data although its bytes may differ, for a site
            that writes the file in its own way.
    """

    mirror: str
    urls: tuple[str, ...]
    digest: str
    is_same: Callable[[Path], bool] | None = None

    def mismatch(self, path: Path) -> str | None:
        """The sha256 of a file in words if it is another one, else None.

        Raises:
            DataError: If the file cannot be read.
        """
        found = _digest(path)
        return None if found == self.digest else f"sha256 {found} instead of {self.digest}"

    def objection(self, path: Path) -> str | None:
        """What is wrong with a download, as a predicate of its address, or None.

        Raises:
            DataError: If the file cannot be read.
        """
        if self.is_same:
            return None if self.is_same(path) else "sent other data than expected"
        differs = "sent other bytes than expected (the sha256 differs)"
        return differs if self.mismatch(path) else None


@dataclass(frozen=True)
class Located:
    """A file on this machine.

    Attributes:
        path: Where it lies.
        source: Where it came from and its digest, in words that name no folder of this machine.
    """

    path: Path
    source: str


def locate(own: Path | None, remote: RemoteFile, *, cache: Path | None = None) -> Located:
    """Find a public file: the user's own, else the mirror's, else download it.

    The user's own file may hold anything; the mirror's and the download are verified. A download
    is kept, and a later call takes it from there.

    Args:
        own: Where the user may have put a file of their own.
        remote: The public file.
        cache: Folder of downloads; the user's cache folder if None.

    Raises:
        DataError: If the file found cannot be read, or the mirror's is not the one expected.
        SourceError: If there is no file here, and the download fails or is not the file expected.
    """
    located = own_file(own) if own else None
    if not located and (mirrored := in_mirror(remote)):
        located = _verified(mirrored, remote)
    return located or _downloaded(own, remote, cache)


def own_file(path: Path) -> Located | None:
    """The user's own file, or None if there is none.

    Raises:
        DataError: If it cannot be read.
    """
    return Located(path, f"own file {path.name}, {short_digest(path)}") if path.exists() else None


def in_mirror(remote: RemoteFile) -> Path | None:
    """Path of the mirror's file, or None if `DL_PIPELINES_DATA` names no folder that has it."""
    folder = os.environ.get(MIRROR_VARIABLE)
    path = Path(folder or "", remote.mirror)
    return path if folder and path.is_file() else None


def short_digest(path: Path) -> str:
    """The first digits of a file's sha256, in words.

    Raises:
        DataError: If the file cannot be read.
    """
    return f"sha256 {_digest(path)[:SHOWN_DIGITS]}"


def _verified(path: Path, remote: RemoteFile) -> Located:
    if mismatch := remote.mismatch(path):
        raise DataError(
            f"{path} has the {mismatch}: copy the file into the mirror again, or unset "
            f"{MIRROR_VARIABLE} to download it."
        )
    return Located(path, f"mirror {remote.mirror}, {short_digest(path)}")


def _downloaded(own: Path | None, remote: RemoteFile, cache: Path | None) -> Located:
    name = remote.mirror.replace("/", "-")
    try:
        path = download(remote.urls, name, objection=remote.objection, cache=cache)
    except DownloadError as error:
        raise _unavailable(own, remote, str(error)) from error
    return Located(path, f"{remote.urls[0]}, {short_digest(path)}")


def _unavailable(own: Path | None, remote: RemoteFile, findings: str) -> SourceError:
    folder = os.environ.get(MIRROR_VARIABLE)
    mirror = f"= {folder} holds no {remote.mirror}" if folder else "is not set"
    by_hand = f"put the file at {own} or " if own else ""
    return SourceError(
        f"{findings}, and {MIRROR_VARIABLE} {mirror}: try again with a network, or {by_hand}"
        f"set {MIRROR_VARIABLE} to a folder that holds {remote.mirror}."
    )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror or error}): put a readable file there, or "
            "remove it."
        ) from error
