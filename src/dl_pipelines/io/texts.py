"""Plain text that a user has written."""

import reprlib
from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.io.utf8 import read_utf8

_BINARY = "\0"  # no text holds it, and nearly every other file does


class TextLinesDataset(AbstractDataset[NoReturn, list[str]]):
    """The lines of a text that is given by a setting, or of a UTF-8 file; read-only."""

    def __init__(
        self,
        path: str | float | None = None,
        text: object = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Name the text.

        Args:
            path: The file (Kedro resolves a key of this name against the project's root).
            text: The text itself; what else Kedro's command line has made of one, such as a number
                or a list, is refused, for nobody knows how it was written.
            metadata: Free notes for hooks.
        """
        self._path = None if path is None else Path(str(path))  # the command line makes numbers
        self._text = text
        self.metadata = metadata

    def load(self) -> list[str]:
        """Read the text.

        Returns:
            Its lines, which end with line feeds only, without the space around them; blank ones
            are left out.

        Raises:
            SettingError: If neither a text nor a file is given, or both are, or the text is none.
            DataError: If the file is missing or no text in UTF-8, or if there are no words.
        """
        if (self._path is None) == (self._text is None):
            given = "both" if self._path else "neither"
            raise SettingError(
                f"of the settings 'text' and 'pos_tag.file' {given} is given: give a text, or name "
                "a text file."
            )
        lines = [line.strip() for line in self._content().split("\n")]
        if not any(lines):
            raise DataError(f"{self._origin} holds no words: write some text there.")
        return [line for line in lines if line]

    def save(self, data: NoReturn) -> None:
        """Refuse: the text is the user's."""
        raise DatasetError(f"{self._origin} is a source and is never written.")

    @property
    def _origin(self) -> str:
        return str(self._path or "the setting 'text'")

    def _content(self) -> str:
        content = read_utf8(self._path) if self._path else self._text
        if not isinstance(content, str):
            raise SettingError(
                f"Kedro's command line has read the setting 'text' as {reprlib.repr(content)}, "
                "which is no text: put the text into a file and name it in the setting "
                "'pos_tag.file'."
            )
        try:
            content.encode()
        except UnicodeEncodeError as error:  # the command line's bytes that are no UTF-8
            raise DataError(
                f"{self._origin} is not UTF-8 text (character {error.start + 1}): put the text "
                "into a file in UTF-8 and name it in the setting 'pos_tag.file'."
            ) from error
        if _BINARY in content:
            raise DataError(f"{self._origin} is no text file: save the text as plain UTF-8.")
        return content

    def _exists(self) -> bool:
        return self._text is not None or (self._path is not None and self._path.is_file())

    def _describe(self) -> dict[str, Any]:
        # Kedro looks for passwords in it, which takes a long text seconds.
        text = None if self._text is None else reprlib.repr(self._text)
        return {"path": self._path, "text": text}
