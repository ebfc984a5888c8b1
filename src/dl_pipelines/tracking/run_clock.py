"""The time of a run, which only goes forward."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class RunClock:
    """The machine's clock as it was when the run began, and what has passed since.

    The machine's own may be set back in the middle of a run: durations would be negative, and
    points of a curve out of order. While a machine sleeps, this one stands.
    """

    def __init__(self) -> None:
        """Begin now."""
        self._began, self._ticks = time.time(), time.monotonic()
        self._moment: int | None = None

    def now(self) -> int:
        """Milliseconds since 1970 (UTC), as MLflow counts them."""
        if self._moment is not None:
            return self._moment
        return int(1000 * (self._began + time.monotonic() - self._ticks))

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """Let the clock stand while something is done that belongs to an earlier moment.

        Args:
            moment: A result of `now`.
        """
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None
