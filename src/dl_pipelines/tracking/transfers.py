"""Files on their way to a tracking server, or from it: they take longer than its other answers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from dl_pipelines.tracking.store import ENVIRONMENT, SECONDS, check_answers

_FILE_SECONDS = "120"  # MLflow's own


@contextmanager
def transfer(uri: str) -> Iterator[None]:
    """Give a server time for files, which it may have to hand on to a store of its own.

    A server that is away is noticed first: waiting that long for it would hold a run up. The time
    that the user has set for all requests is kept.

    Args:
        uri: The tracking store.

    Raises:
        ServerAwayError: If a server does not answer within three seconds.
    """
    check_answers(uri)
    ours = os.environ.get(SECONDS) == ENVIRONMENT[SECONDS]
    if ours:
        os.environ[SECONDS] = _FILE_SECONDS
    try:
        yield
    finally:
        if ours:
            os.environ[SECONDS] = ENVIRONMENT[SECONDS]
