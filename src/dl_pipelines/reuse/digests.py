"""Digests of files; a file that nobody has touched since is not read again."""

import ast
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from dl_pipelines.files import atomic_write


class Digests:
    """One kind of digest of files, remembered in a file from run to run."""

    def __init__(self, store: Path, compute: Callable[[Path], str]) -> None:
        """Read what earlier runs have computed.

        Args:
            store: Where digests are remembered; a missing or damaged file costs time only.
            compute: The digest of a file.
        """
        self._store = store
        self._compute = compute
        self._known: dict[str, list[str]] = _read(store)
        self._changed = False

    def of(self, file: Path) -> str | None:
        """The digest of a file; None if it cannot be read, or is none.

        Args:
            file: The file. It is read again if its size, its times or its inode have changed: a
                change that keeps the time of modification still changes that of the inode.
        """
        try:
            seen = stamp(file)
            known, digest = self._known.get(str(file), ["", ""])
            if known != seen:
                digest = self._compute(file)
                self._known[str(file)] = [seen, digest]
                self._changed = True
        except OSError:
            return None
        return digest

    def below(self, path: Path) -> dict[str, str]:
        """The digest of each file of a folder and the folders in it, or of the one file.

        Args:
            path: A folder or a file. What a writer has not finished begins with a dot and is left
                out.

        Returns:
            Digests by the files' paths relative to `path`; of a file by an empty one.
        """
        if not path.is_dir():
            digest = self.of(path)
            return {} if digest is None else {"": digest}
        files = (file for file in path.rglob("*") if file.is_file())
        found = {file.relative_to(path).as_posix(): self.of(file) for file in sorted(files)}
        return {name: text for name, text in found.items() if text and not _hidden(name)}

    def save(self) -> None:
        """Remember the digests of files that are still there.

        Raises:
            DataError: If they cannot be written.
        """
        if self._changed:
            self._known = {name: pair for name, pair in self._known.items() if Path(name).exists()}
            text = json.dumps(self._known)
            atomic_write(self._store, lambda file: file.write(text.encode()))
            self._changed = False


def content_digest(file: Path) -> str:
    """SHA-256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_digest(file: Path) -> str:
    """SHA-256 of what a Python file does: comments, docstrings and layout do not count."""
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError:  # written for another Python, imported by nobody here
        return content_digest(file)
    for scope in ast.walk(tree):
        if isinstance(scope, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if ast.get_docstring(scope, clean=False) is not None:
                del scope.body[0]
    return text_digest(ast.dump(tree))


def text_digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def stamp(file: Path) -> str:
    """What changes with a file: its size, its times and its inode.

    Args:
        file: The file.

    Raises:
        OSError: If it cannot be asked.
    """
    found = file.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _read(store: Path) -> dict[str, list[str]]:
    try:
        known = json.loads(store.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
