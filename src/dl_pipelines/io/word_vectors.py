"""Word vectors that others have trained, as GloVe's and fastText's text files hold them."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from kedro.io import AbstractDataset, DatasetError
from numpy.typing import NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.io.npz import Arrays
from dl_pipelines.io.utf8 import utf8_lines

_WORDS = 100_000  # such files begin with the most frequent words
_MOST_CHARACTERS = 500  # of a word: in memory each takes as much as the longest
_HEADER = re.compile(r"\d+ (\d{1,9})\s*")  # of fastText: words and size
# Digits can be told apart in one way only, or a long number would take its length squared.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


class WordVectorsDataset(AbstractDataset[NoReturn, Arrays]):
    """A text file with a word a line and its numbers behind it, or nothing; read-only."""

    def __init__(
        self, path: str | None, words: int = _WORDS, metadata: dict[str, Any] | None = None
    ) -> None:
        """Name the file.

        Args:
            path: The file; None for no vectors (Kedro resolves a key of this name against the
                project's root).
            words: How many words are read at most, the first ones.
            metadata: Free notes for hooks.
        """
        self._path = None if path is None else Path(path)
        self._words = words
        self.metadata = metadata

    def load(self) -> Arrays:
        """Read the vectors.

        Returns:
            `words` (text [n]) and `values` (float32 [n, E]); both are empty without a file.

        Raises:
            DataError: If the file cannot be read, or a line is no word with as many numbers as
                the first has, or as a header says; naming the line.
        """
        if self._path is None:
            return {"words": np.empty(0, dtype=np.str_), "values": np.empty((0, 0), np.float32)}
        rows = dict(islice(self._rows(self._path), self._words))
        if not rows:
            raise DataError(f"{self._path} holds no word vectors: put a file there that does.")
        return {"words": np.array([*rows], dtype=np.str_), "values": np.stack([*rows.values()])}

    def _rows(self, path: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
        size = 0
        for number, line in enumerate(utf8_lines(path), start=1):
            if number == 1 and (header := _HEADER.fullmatch(line)):
                size = int(header[1])
                continue
            cells = line.rstrip("\r\n ").split(" ")
            size = size or len(cells) - 1
            vector = self._vector(cells, size, number)
            yield self._word(cells[:-size], size, number), vector

    def _word(self, cells: list[str], size: int, line: int) -> str:
        """What stands before the numbers; GloVe has words such as ". . ." and "New York"."""
        surplus = sum(_NUMBER.fullmatch(cell) is not None for cell in cells[1:])
        if surplus and _NUMBER.fullmatch(cells[-1]):
            raise self._wrong(line, f"has {size + surplus} numbers instead of {size}")
        word = " ".join(cells)
        if len(word) > _MOST_CHARACTERS:
            raise self._wrong(line, f"has a word of {len(word):,} characters")
        return word

    def _vector(self, cells: list[str], size: int, line: int) -> NDArray[np.float32]:
        if len(cells) <= size or not size:
            count = len(cells) - 1
            raise self._wrong(line, f"has {count} numbers instead of {size or 'some'}")
        if "" in cells[1:]:
            raise self._wrong(line, "has two spaces in a row")
        try:
            with np.errstate(over="ignore"):  # found below
                vector = np.array(cells[-size:], dtype=np.float32)
        except ValueError as error:
            raise self._wrong(line, "has something that is no number") from error
        if not np.isfinite(vector).all():
            raise self._wrong(line, "has a number that is not finite")
        return vector

    def _wrong(self, line: int, finding: str) -> DataError:
        return DataError(
            f"{self._path}, line {line} {finding}: each line is a word and its vector, all of one "
            "length, separated by single spaces."
        )

    def save(self, data: NoReturn) -> None:
        """Refuse: others make word vectors."""
        raise DatasetError("word vectors are a source and are never written.")

    def _exists(self) -> bool:
        return self._path is None or self._path.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"path": self._path}
