"""All parsers of outside data, by name."""

from tests.fuzz import tables
from tests.fuzz.parser import Parser

PARSERS: dict[str, Parser] = {**tables.PARSERS}
