"""Asking a provider: faults that pass are asked again, others end in one sentence."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd

from dl_pipelines.errors import SourceError

logger = logging.getLogger(__name__)


@contextmanager
def kept_secret(secret: str) -> Iterator[None]:
    """Blot a secret out of a block's sentences, in whatever form a service has sent it back.

    Args:
        secret: A token or a password.

    Raises:
        SourceError: As the block raises it, with `<secret>` in its place.
    """
    try:
        yield
    except SourceError as error:
        if secret not in str(error):
            raise
        raise type(error)(str(error).replace(secret, "<secret>")) from None


@dataclass(frozen=True)
class Fault:
    """A failed request.

    Attributes:
        finding: What is wrong, as a clause.
        remedy: What to do, as a clause.
        patience: How many back-off waits to spend before asking again; 0 if that cannot help.
        error: What it ends in.
    """

    finding: str
    remedy: str
    patience: float = 0.0
    error: type[SourceError] = SourceError


LATER = "try again later, or run on the local data"

TIME_OUT = Fault("the service did not answer in time", LATER, patience=1.0)
CUT = Fault("the reply was cut in the middle", LATER, patience=1.0)
UNREACHABLE = Fault(
    "the service cannot be reached",
    "check the network and the proxy settings, or run on the local data",
    patience=1.0,
)


@dataclass(frozen=True)
class Retries:
    """How long a provider is waited for.

    Attributes:
        attempts: Requests a page at most; time-outs, broken connections and the like are asked
            again.
        backoff_seconds: Wait before the second attempt; it doubles with each further one, times
            the fault's `patience`.
        timeout_seconds: Longest silence of the server in one request.
        sleep: How to wait, in seconds.
    """

    attempts: int = 5
    backoff_seconds: float = 1.0
    timeout_seconds: float = 30.0
    sleep: Callable[[float], object] = time.sleep


def ask(
    answer: Callable[[], pd.DataFrame | Fault], *, where: str, retries: Retries
) -> pd.DataFrame:
    """Ask until there is a reply, as often as it may help.

    Args:
        answer: One request: the rows of the reply, or why there are none.
        where: Provider and request in words, e.g. `tushare daily of 600519.SH`.
        retries: How often, and how long to wait in between.

    Raises:
        SourceError: If there is no reply, of the fault's kind; it has neither cause nor context,
            for those of a provider's client may hold the user's token.
    """
    reply = answer()
    asked = 1
    while isinstance(reply, Fault) and reply.patience and asked < retries.attempts:
        seconds = retries.backoff_seconds * 2 ** (asked - 1) * reply.patience
        logger.info("%s: %s; asking again in %.0f s", where, reply.finding, seconds)
        retries.sleep(seconds)
        reply = answer()
        asked += 1
    if isinstance(reply, Fault):
        times = f" (asked {asked} times)" if asked > 1 else ""
        raise reply.error(f"{where}: {reply.finding}{times}; {reply.remedy}.")
    return reply
