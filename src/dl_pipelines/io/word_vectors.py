"""Word vectors that others have trained, as GloVe's and fastText's text files hold them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from kedro.io import AbstractDataset, DatasetError
from numpy.typing import NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.io.npz import Arrays
from dl_pipelines.io.utf8 import read_utf8

_WORDS = 100_000  # such files begin with the most frequent words


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
                the others have; naming the line.
        """
        if self._path is None:
            return {"words": np.empty(0, dtype=np.str_), "values": np.empty((0, 0), np.float32)}
        rows = dict(self._rows(read_utf8(self._path)))
        if not rows:
            raise DataError(f"{self._path} holds no word vectors: put a file there that does.")
        return {"words": np.array([*rows], dtype=np.str_), "values": np.stack([*rows.values()])}

    def _rows(self, text: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
        if not text.strip():
            return
        size = 0
        lines = text.removesuffix("\n").split("\n")  # words may hold Unicode's other line ends
        first = int(re.fullmatch(r"\d+ \d+\s*", lines[0]) is not None)  # a fastText file's header
        for number, line in enumerate(lines[first : first + self._words], start=first + 1):
            word, *values = line.rstrip("\r ").split(" ")
            try:
                with np.errstate(over="ignore"):  # found below
                    vector = np.array(values, dtype=np.float32)
            except ValueError as error:
                raise self._wrong(number, "has something that is no number") from error
            size = size or len(vector)
            if not len(vector) or len(vector) != size:
                raise self._wrong(number, f"has {len(vector)} numbers instead of {size or 'some'}")
            if not np.isfinite(vector).all():
                raise self._wrong(number, "has a number that is not finite")
            yield word, vector

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
