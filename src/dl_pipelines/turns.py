"""Threads of one process that take turns, as nodes do under Kedro's ThreadRunner.

Much of what a training changes belongs to the whole process: the random generators of Python, NumPy
and torch, numbers of threads, Accelerate's state. So one node works at a time, and lets the next
one have its turn while it only waits for jobs in other processes.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_turn = threading.Lock()
_here = threading.local()


@contextmanager
def taking_turns() -> Iterator[None]:
    """Wait for this thread's turn, and have it until the block ends."""
    with _turn:
        _here.has_turn = True
        try:
            yield
        finally:
            _here.has_turn = False


@contextmanager
def letting_others() -> Iterator[None]:
    """Let other threads have the turn of this one, if it has one, until the block ends."""
    if not getattr(_here, "has_turn", False):
        yield
        return
    _here.has_turn = False
    _turn.release()
    try:
        yield
    finally:
        _turn.acquire()
        _here.has_turn = True
