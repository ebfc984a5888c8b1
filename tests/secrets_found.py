"""Where a secret has come out: searched in every file, and in the archives among them."""

import base64
import gzip
import io
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

_GZIP = b"\x1f\x8b"


def forms(secret: str, user: str = "") -> set[bytes]:
    """A secret as text, in an address, and in the header of a request."""
    texts = {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode()}
    if user:
        texts.add(base64.b64encode(f"{user}:{secret}".encode()).decode())
    return {text.encode() for text in texts} | {secret.encode("utf-16-le")}


def holders(folder: Path, secrets: set[bytes], *, but: tuple[str, ...] = ()) -> list[str]:
    """The files of a folder, by their path in it, that hold a secret; `but` may."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        name
        for path in files
        if (name := path.relative_to(folder).as_posix()) not in but
        and any(secret in part for part in _contents(path.read_bytes()) for secret in secrets)
    ]


def _contents(content: bytes) -> Iterator[bytes]:
    """The content itself, and what it holds packed."""
    yield content
    if content.startswith(_GZIP):
        yield gzip.decompress(content)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from _contents(archive.read(name))


class Watch:
    """Reads the files of a folder while they come and go, such as jobs for other processes.

    Attributes:
        seen: The files that were read.
        found: Those that held a secret.
    """

    def __init__(self, folder: Path, secrets: set[bytes]) -> None:
        """Watch a folder from the moment of entering."""
        self.seen: set[str] = set()
        self.found: set[str] = set()
        self._folder, self._secrets = folder, secrets
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> "Watch":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._end.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._end.wait(0.02):
            for folder, _, names in os.walk(self._folder):  # passes over folders that are gone
                for name in names:
                    self._look(Path(folder, name))

    def _look(self, path: Path) -> None:
        try:
            if not path.is_file():  # a pipe would be waited for
                return
            content = path.read_bytes()
        except OSError:  # gone again
            return
        self.seen.add(path.name)
        if any(secret in content for secret in self._secrets):
            self.found.add(path.name)
