"""Processes that do not outlive the one that started them."""

import os
import threading
import time

_LOOK_SECONDS = 0.1


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
