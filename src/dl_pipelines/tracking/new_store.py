"""A new local store, which is there as a whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from dl_pipelines.errors import TrackingError
from dl_pipelines.files import unfinished


def create_database(path: Path) -> None:
    """Make the database of a store without runs.

    MLflow makes one in dozens of steps, a second or more; of one that a kill or a full disk has
    left half-made it could never make a whole one. So it makes this one under another name.

    Args:
        path: The file, which is not there; if another process makes it meanwhile, that one stays.

    Raises:
        TrackingError: If it cannot be made.
    """
    # heavy: imported when used
    from mlflow.store.tracking import DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH  # noqa: PLC0415
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore  # noqa: PLC0415

    temporary = unfinished(path)
    uri = f"sqlite:///{temporary.as_posix()}"
    try:
        root = DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH
        store = SqlAlchemyStore(uri, root)  # type: ignore[no-untyped-call]  # MLflow's
        store.engine.dispose()  # closes the file
        _move(temporary, path)
    except Exception as error:  # of the file system or of the database
        reason = str(error).partition("\n")[0].rstrip(".")
        raise TrackingError(
            f"the tracking store {path} could not be made ({reason}): free some disk space or "
            "check the folder's permissions, then run again."
        ) from error
    finally:
        with suppress(OSError):  # the failure before this one is the one to be seen
            temporary.unlink(missing_ok=True)


def _move(temporary: Path, path: Path) -> None:
    """Give a file its name, unless another one has it."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not path.exists():
            with suppress(FileExistsError):  # on Windows, of another process; elsewhere, replaced
                temporary.rename(path)
