"""Public files: the user's own copy, else a mirror's, else a download, each known by its digest."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dl_pipelines.errors import DataError, SourceError

MIRROR_VARIABLE = "DL_PIPELINES_DATA"
TIMEOUT_SECONDS = 20  # of a connection, and of the server's silence
SHOWN_DIGITS = 16  # of a digest's 64


@dataclass(frozen=True)
class RemoteFile:
    """A public file.

    Attributes:
        mirror: Path in the mirror folder, e.g. `house/ames.csv`.
        url: Where the public has it.
        sha256: Digest of the mirror's file and, unless `is_same` is given, of the download.
        is_same: Whether a download holds the same data although its bytes may differ, for a site
            that writes the file in its own way.
    """

    mirror: str
    url: str
    sha256: str
    is_same: Callable[[Path], bool] | None = None


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
    return (
        Located(path, f"own file {path.name}, {_shown(_digest(path))}") if path.exists() else None
    )


def in_mirror(remote: RemoteFile) -> Path | None:
    """Path of the mirror's file, or None if `DL_PIPELINES_DATA` names no folder that has it."""
    folder = os.environ.get(MIRROR_VARIABLE)
    path = Path(folder or "", remote.mirror)
    return path if folder and path.is_file() else None


def _verified(path: Path, remote: RemoteFile) -> Located:
    digest = _digest(path)
    if digest != remote.sha256:
        raise DataError(
            f"{path} has the sha256 {digest} instead of {remote.sha256}: copy the file into the "
            f"mirror again, or unset {MIRROR_VARIABLE} to download it."
        )
    return Located(path, f"mirror {remote.mirror}, {_shown(digest)}")


def _downloaded(own: Path | None, remote: RemoteFile, cache: Path | None) -> Located:
    import pooch  # noqa: PLC0415  heavy: imported when used

    pooch.get_logger().setLevel("WARNING")  # its lines tell paths of the cache
    try:
        path = Path(
            pooch.retrieve(
                remote.url,
                known_hash=None if remote.is_same else f"sha256:{remote.sha256}",
                path=cache or pooch.os_cache("dl_pipelines"),
                downloader=pooch.HTTPDownloader(timeout=TIMEOUT_SECONDS),
            )
        )
    except (OSError, ValueError) as error:
        raise _unavailable(own, remote, _finding(error)) from error
    if remote.is_same and not remote.is_same(path):
        path.unlink()  # else it would be taken for the file the next time
        raise _unavailable(own, remote, "sent other data than expected")
    return Located(path, f"{remote.url}, {_shown(_digest(path))}")


def _finding(error: OSError | ValueError) -> str:
    """What went wrong, as a predicate of the URL."""
    import requests  # noqa: PLC0415  heavy: imported when used

    if isinstance(error, requests.HTTPError):
        return f"answered with the HTTP status {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "sent only a part of the file"
    if isinstance(error, requests.RequestException):
        return "cannot be reached or broke off"
    if isinstance(error, OSError):
        return f"could not be saved in the cache folder ({error.strerror or error})"
    return "sent other bytes than expected (the sha256 differs)"


def _unavailable(own: Path | None, remote: RemoteFile, finding: str) -> SourceError:
    folder = os.environ.get(MIRROR_VARIABLE)
    mirror = f"= {folder} holds no {remote.mirror}" if folder else "is not set"
    by_hand = f"put the file at {own} or " if own else ""
    return SourceError(
        f"{remote.url} {finding}, and {MIRROR_VARIABLE} {mirror}: try again with a network, or "
        f"{by_hand}set {MIRROR_VARIABLE} to a folder that holds {remote.mirror}."
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


def _shown(digest: str) -> str:
    return f"sha256 {digest[:SHOWN_DIGITS]}"
