"""Text files in UTF-8."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from dl_pipelines.errors import DataError


def read_utf8(path: Path) -> str:
    """Read a text file whole, with or without a byte-order mark; its line ends stay as they are.

    Raises:
        DataError: If it cannot be read or is not UTF-8, naming the first line that is not.
    """
    try:
        content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _undecodable(path, content[: error.start].count(b"\n") + 1) from error


def utf8_lines(path: Path) -> Iterator[str]:
    """Read a text file line by line, and no more of it than is asked for.

    Only line feeds end a line; they are part of it. A byte-order mark is not.

    Raises:
        DataError: As `read_utf8`, once the line is reached.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                try:
                    text = content.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise _undecodable(path, number) from error
                yield text
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(
        f"{path} cannot be read ({error.strerror or error}): put a readable text file there."
    )


def _undecodable(path: Path, line: int) -> DataError:
    return DataError(f"{path}, line {line} is not UTF-8 text: save the file in UTF-8.")
