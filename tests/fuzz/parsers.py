"""All parsers of outside data, by name."""

from tests.fuzz import binaries, pictures, replies, stored_bars, tables, texts
from tests.fuzz.parser import Parser

PARSERS: dict[str, Parser] = {
    **tables.PARSERS,
    **stored_bars.PARSERS,
    **texts.PARSERS,
    **binaries.PARSERS,
    **pictures.PARSERS,
    **replies.PARSERS,
}
