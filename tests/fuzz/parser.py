"""What is fuzzed: a parser, the inputs that it is given, and what it may do with them."""

import ast
import contextlib
import logging
import random
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from dl_pipelines.errors import SPACES, user_error
from tests.fuzz.mutations import mutated

MOST_SECONDS = 20  # for one input, on a busy machine
MOST_CHARACTERS = 2500  # of an error's sentence


@dataclass(frozen=True)
class Parser:
    """A parser of outside data.

    Attributes:
        make: A damaged input, drawn from a generator.
        read: Takes the input, and a scratch folder; parses it, and asserts what accepted data is.
    """

    make: Callable[[random.Random], Any]
    read: Callable[[Any, Path], None]


@dataclass
class Tally:
    """What became of the inputs of a parser."""

    accepted: int = 0
    refused: int = 0
    slowest: float = 0.0  # seconds


class TooSlowError(BaseException):
    """An input took too long; no parser catches it."""


def damaged(*seeds: bytes, packed: Callable[[bytes], bytes] | None = None) -> Any:
    """Makes inputs of sound ones: damaged as they lie on the disk, or before they were packed.

    Args:
        *seeds: Sound contents.
        packed: From content to file, e.g. `gzip.compress`: damage then hides behind sound
            checksums.
    """

    def make(draw: random.Random) -> bytes:
        content = draw.choice(seeds)
        if packed is None or draw.random() < 0.5:
            return mutated(content if packed is None else packed(content), draw)
        return packed(mutated(content, draw))

    return make


def fuzz(parser: Parser, count: int, folder: Path, *, seed: int = 0) -> Tally:
    """Give a parser damaged inputs.

    Raises:
        AssertionError: At the first input that makes it raise anything but the project's errors,
            takes too long, or is accepted though it does not hold what was promised. The input is
            kept in `folder/input`.
    """
    tally = Tally()
    for number in range(count):
        content = parser.make(random.Random(f"{seed} {number}"))  # noqa: S311
        start = time.perf_counter()
        try:
            with time_limit(MOST_SECONDS), _quiet():
                refused = not is_accepted(parser, content, folder)
        except (Exception, TooSlowError) as error:
            kept = folder / "input"
            kept.write_bytes(content if isinstance(content, bytes) else repr(content).encode())
            raise AssertionError(
                f"input {number} ({kept}, {content!r:.500}): {type(error).__name__} {error!s:.500}"
            ) from error
        tally.slowest = max(tally.slowest, time.perf_counter() - start)
        tally.refused += refused
        tally.accepted += not refused
    return tally


def is_accepted(parser: Parser, content: Any, folder: Path) -> bool:
    """Whether a parser takes an input, or refuses it by a sentence fit for a terminal.

    Raises:
        Exception: Whatever else it does.
    """
    try:
        parser.read(content, folder)
    except Exception as error:
        if (own := user_error(error)) is None or isinstance(error, AssertionError):
            raise
        assert not _lacked_memory(error), "it wanted more memory than it may have"
        sentence = str(own)
        plain = sentence.translate(dict.fromkeys(map(ord, SPACES), " "))
        assert plain.isprintable(), f"the sentence would control a terminal: {sentence!r:.500}"
        assert len(sentence) <= MOST_CHARACTERS, f"the sentence is too long: {sentence:.500}"
        return False
    return True


def _lacked_memory(error: BaseException | None) -> bool:
    """Whether a refusal is none: without the test's limit it would have taken the memory.

    Python's own parser raises a MemoryError for what is nested too deeply.
    """
    while error is not None:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        nested = bool(frames) and frames[-1].f_code.co_filename == ast.__file__
        if (isinstance(error, MemoryError) and not nested) or "allocate memory" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End what takes longer."""

    def end(_: int, __: FrameType | None) -> None:
        raise TooSlowError(f"took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
