"""One run of a pipeline at a time: two would write the same files of `data/`."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from dl_pipelines.errors import DataError
from dl_pipelines.files import atomic_write, remove_unfinished

_FOLDER = ".runs"
_BEGIN = ".begin"  # the lock of whoever begins, or looks whether others are alive
_held: set[Path] = set()  # the locks that this process has


@contextmanager
def running_alone(pipelines: Iterable[str], data: Path) -> Iterator[None]:
    """Keep other runs of the same pipelines out of a folder of data, until the end or a kill.

    If the run before was killed, the half-written files that it has left are removed first; while
    a run of another pipeline is writing they are left for a later run. Runs that begin meanwhile
    wait for that.

    Args:
        pipelines: Names of the pipelines that run.
        data: The folder; the locks are the files `.runs/<pipeline>.lock` in it.

    Raises:
        DataError: If another run has one of them, naming it.
    """
    # heavy: imported when used
    from filelock import FileLock  # noqa: PLC0415

    folder, names = data / _FOLDER, sorted(set(pipelines))
    with ExitStack() as locks:
        with _writable(folder), FileLock(_lock_file(folder, _BEGIN)):
            for name in names:
                if not _taken(locks, folder, name):
                    raise DataError(
                        f"another run of {name} is writing to {data.name}/: wait for it, or run "
                        "in another copy of the project."
                    )
            locks.callback(_remove, _begin(data, names))
        yield


def holds(pipelines: Iterable[str], data: Path) -> bool:
    """Whether this process keeps other runs of all these pipelines out; see `running_alone`."""
    return _held.issuperset(_lock_file(data / _FOLDER, name) for name in pipelines)


def folder_id(data: Path) -> str:
    """What tells a folder of data from others, also on other machines.

    Args:
        data: The folder, which somebody runs alone in.

    Returns:
        An id that the first run has drawn, and the number of its file: that of a copy differs,
        but not that of a clone of the whole disk, or of another container of one image.

    Raises:
        DataError: If it cannot be written.
    """
    # heavy: imported when used
    from filelock import FileLock  # noqa: PLC0415

    file = data / _FOLDER / "id"
    with _writable(file.parent), FileLock(file.with_suffix(".lock")):
        if not file.exists():
            atomic_write(file, lambda stream: stream.write(uuid4().hex.encode()))
        return f"{file.read_text()}-{file.stat().st_ino}"


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Make a folder if it is not there, and one sentence of what the system refuses in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written ({error.strerror or error}): check the folder's "
            "permissions."
        ) from error


def _taken(locks: ExitStack, folder: Path, name: str) -> bool:
    # heavy: imported when used
    from filelock import FileLock, Timeout  # noqa: PLC0415

    file = _lock_file(folder, name)
    try:
        locks.enter_context(FileLock(file, timeout=0))
    except Timeout:
        return False
    _held.add(file)
    locks.callback(_held.discard, file)
    return True


def _lock_file(folder: Path, name: str) -> Path:
    return folder.resolve() / f"{name}.lock"


def _begin(data: Path, names: list[str]) -> list[Path]:
    """Note that runs begin, and tidy up after killed ones.

    Returns:
        The notes, to be removed when the runs end; none while something is left to be tidied up.
    """
    notes = [data / _FOLDER / f"{name}.begun" for name in names]
    killed = any(note.exists() for note in notes)
    for note in notes:
        note.touch()
    return [] if killed and not _tidied(data, names) else notes


def _tidied(data: Path, names: list[str]) -> bool:
    """Remove half-written files, unless somebody may be writing them; nobody begins meanwhile."""
    folder = data / _FOLDER
    others = {note.stem for note in folder.glob("*.begun")}.difference(names)
    if any(_alive(folder, other) for other in others):
        return False
    remove_unfinished(data)
    return True


def _alive(folder: Path, name: str) -> bool:
    with ExitStack() as lock:
        return not _taken(lock, folder, name)


def _remove(notes: Iterable[Path]) -> None:
    for note in notes:
        with suppress(OSError):  # the folder may have become read-only
            note.unlink()
