"""Processes that do not outlive the one that started them, or what they are for."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LOOK_SECONDS = 0.1

_pool = threading.Lock()
_uses = 0  # of joblib's pool, by threads of this process


def end_with_parent(parent: int) -> None:
    """End this process soon after its parent, also where that was killed.

    A pool's worker hears of the pool's end between two jobs, so one whose parent has been killed
    would first finish a training that nobody waits for. Called as the initializer of a worker,
    this watches from before its first job on. On Windows it does nothing.

    Args:
        parent: Process id of the parent.
    """
    if os.name == "nt":  # a process there keeps the id of a parent that is gone
        return
    threading.Thread(target=_watch, args=(parent,), name="end_with_parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)  # sys.exit would only end this thread


@contextmanager
def using_pool() -> Iterator[None]:
    """Keep joblib's pool from being ended by another thread until the block ends."""
    global _uses  # noqa: PLW0603  the pool is the whole process's too
    with _pool:
        _uses += 1
    try:
        yield
    finally:
        with _pool:
            _uses -= 1


def end_pool() -> None:
    """End the processes of joblib's pool, unless a thread has jobs in it.

    They would wait five minutes for further jobs, with all the memory that earlier ones have
    needed. joblib has no public name for its pool that does not make one.
    """
    loky = sys.modules.get("joblib.externals.loky.reusable_executor")
    with _pool:
        if loky and loky._executor and not _uses:
            loky._executor.terminate(kill_workers=True)  # and removes what it has handed over
