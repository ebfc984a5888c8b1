"""One run of a pipeline at a time: two would write the same files of `data/`."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dl_pipelines.errors import DataError


@contextmanager
def running_alone(pipelines: Iterable[str], data: Path) -> Iterator[None]:
    """Keep other runs of the same pipelines out of a folder of data, until the end or a kill.

    Args:
        pipelines: Names of the pipelines that run.
        data: The folder; the locks are the files `.runs/<pipeline>.lock` in it.

    Raises:
        DataError: If another run has one of them, naming it.
    """
    # heavy: imported when used
    from filelock import FileLock, Timeout  # noqa: PLC0415

    folder = data / ".runs"
    with ExitStack() as locks:
        for name in sorted(set(pipelines)):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                locks.enter_context(FileLock(folder / f"{name}.lock", timeout=0))
            except Timeout:
                raise DataError(
                    f"another run of {name} is writing to {data.name}/: wait for it, or run in "
                    "another copy of the project."
                ) from None
            except OSError as error:
                raise DataError(
                    f"{folder} cannot be written ({error.strerror or error}): check the folder's "
                    "permissions."
                ) from error
        yield
