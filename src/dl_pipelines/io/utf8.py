"""Text files in UTF-8."""

import codecs
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
        raise DataError(
            f"{path} cannot be read ({error.strerror or error}): put a readable text file there."
        ) from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path}, line {line} is not UTF-8 text: save the file in UTF-8."
        ) from error
