"""What is to be tracked while the tracking server does not answer: it waits, in order."""

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from dl_pipelines.errors import TrackingError
from dl_pipelines.tracking.outages import is_outage
from dl_pipelines.tracking.run_clock import RunClock
from dl_pipelines.tracking.store import address, tracking_failure

T = TypeVar("T")

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 1.0
_SHARE = 0.1  # of a run's time, at most, is spent on asking a server that does not answer


class Outbox:
    """Sends what is to be tracked, one after the other.

    While the server is away nothing is lost and nobody waits: whatever is sent next tries again,
    and the end of the run waits for the server. What an action has done before the server went is
    done again, so actions are such that this changes nothing: metrics keep the moment of the first
    attempt, by which MLflow knows them.
    """

    def __init__(self, uri: str, clock: RunClock, patience: float) -> None:
        """Begin empty.

        Args:
            uri: The tracking store.
            clock: That of the run; it stands at the moment of an action while that is done.
            patience: Seconds to wait for a server at the end of the run, or for an answer.
        """
        self._uri, self._clock, self._patience = uri, clock, patience
        self._waiting: deque[tuple[int, Callable[[], None]]] = deque()
        self._away = False
        self._began = self._next = 0.0  # by time.monotonic: the last attempt, when to try again

    def send(self, action: Callable[[], None]) -> None:
        """Do something, after all that waits; later, if the server is away.

        Args:
            action: Sends something to the store; all of it may be done twice.

        Raises:
            Exception: Any failure other than that the server is away.
        """
        self._waiting.append((self._clock.now(), action))
        if time.monotonic() < self._next:
            return
        try:
            self.flush()
        except Exception as error:
            if not is_outage(self._uri, error):
                raise
            now = time.monotonic()
            self._next = now + max(_RETRY_SECONDS, (now - self._began) / _SHARE)
            self._announce(away=True)

    def ask(self, question: Callable[[], T]) -> T:
        """The answer of the store; if the server is away, the run waits for it.

        Args:
            question: Asks; it may be asked twice.

        Raises:
            TrackingError: If the server stays away.
        """
        return patiently(question, self._uri, self._patience)

    def drain(self) -> None:
        """Do all that waits; if the server is away, wait for it.

        Raises:
            TrackingError: If it stays away.
        """
        while self._waiting:  # one by one: each answer proves that the server is there
            self.ask(self._first)

    def flush(self) -> None:
        """Do all that waits.

        Raises:
            Exception: Whatever the first action raises that cannot be done.
        """
        while self._waiting:
            self._first()

    def salvage(self) -> None:
        """Do what can be done of all that waits, unless the server is away; tell the rest."""
        while self._waiting:
            try:
                self._first()
            except Exception as error:
                if is_outage(self._uri, error):
                    raise
                told = tracking_failure(error) or type(error).__name__
                logger.warning("Not tracked: %s", told)

    def _first(self) -> None:
        self._began = time.monotonic()
        moment, action = self._waiting[0]
        try:
            with self._clock.at(moment):
                action()
        except Exception as error:
            if not is_outage(self._uri, error):
                self._waiting.popleft()  # another attempt would fail like this one
            raise
        self._announce(away=False)
        self._waiting.popleft()

    def _announce(self, *, away: bool) -> None:
        if away and not self._away:
            logger.warning(
                "The tracking server %s does not answer: the run goes on, and what it tracks waits",
                address(self._uri),
            )
        elif self._away and not away:
            logger.info("The tracking server answers again: what has waited is sent")
        self._away = away


def patiently(call: Callable[[], T], uri: str, seconds: float) -> T:
    """Call until the tracking server answers.

    Args:
        call: What to call; all of it may be done twice.
        uri: The tracking store.
        seconds: How long to wait for the server from its first failure on; 0 to leave its failures
            as they are.

    Returns:
        What it returns.

    Raises:
        TrackingError: If the server stays away.
    """
    deadline = math.inf
    while seconds:
        try:
            return call()
        except Exception as error:
            if not is_outage(uri, error):
                raise
            now = time.monotonic()
            deadline = min(deadline, now + seconds)
            if now >= deadline:
                raise TrackingError(
                    f"the tracking server {address(uri)} has not answered for {seconds:g} seconds: "
                    "what is computed so far is in data/; start the server, then run the same "
                    "command again, which goes on from there and tracks all of it, or set "
                    "tracking.required to false to run untracked."
                ) from error
        time.sleep(_RETRY_SECONDS)
    return call()
