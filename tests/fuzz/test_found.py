"""Inputs that fuzzing has found: each once made a parser do what it must not do."""

from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.parser import MOST_SECONDS, is_accepted, time_limit
from tests.fuzz.parsers import PARSERS
from tests.fuzz.tables import BARS, ROWS

BAR = {"open": 99.0, "high": 102.0, "low": 98.0, "close": 100.0, "volume": 3000.0}
REFUSED: dict[str, tuple[str, Any]] = {
    "an escape that clears the screen": ("bars", BARS.replace(b"99.0", b"\x1b[2J", 1)),
    "a cell that fills the terminal": ("bars", BARS.replace(b"99.0", b"x" * 10**6, 1)),
    "advice of pandas in five lines": ("snapshot", BARS.replace(b"2026-01-06", b"{0}")),
    "text that runs backwards": ("universe", "ts_code\n\u202e\n".encode()),
    "an integer no float can hold": ("request", [*[BAR] * ROWS, BAR | {"high": 10**400}]),
    "a list for a number": ("request", [*[BAR] * ROWS, BAR | {"open": [99.0]}]),
}
ACCEPTED: dict[str, tuple[str, Any]] = {
    "an unknown amount": ("snapshot", BARS),
}


@pytest.mark.parametrize(("parser", "content"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_by_a_sentence(parser: str, content: Any, tmp_path: Path) -> None:
    with time_limit(MOST_SECONDS):
        assert not is_accepted(PARSERS[parser], content, tmp_path)


@pytest.mark.parametrize(("parser", "content"), ACCEPTED.values(), ids=ACCEPTED)
def test_it_is_taken(parser: str, content: Any, tmp_path: Path) -> None:
    assert is_accepted(PARSERS[parser], content, tmp_path)
