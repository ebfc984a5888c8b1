"""Sentences whose words have parts of speech, from wherever the user has them."""

import logging
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.io.conllu import read_conllu
from dl_pipelines.sources.files import Located, in_mirror, locate, own_file
from dl_pipelines.sources.treebanks import BOOK_SOURCE, ENDINGS, EWT, book_tokens

logger = logging.getLogger(__name__)

DATASETS = ("book", "ewt", "own")


class TreebankDataset(AbstractDataset[NoReturn, pd.DataFrame]):
    """The words of a treebank in a training, a validation and a test part; read-only.

    `book` is embedded. `ewt` (English Web Treebank) comes from the first source that there is: the
    user's own files in `<path>/ewt`, the mirror folder, a download (see `locate`). `own` is the
    treebank in a folder that the user names.
    """

    def __init__(
        self,
        dataset: str,
        path: str,
        own: str | float | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Name the treebank.

        Args:
            dataset: `book`, `ewt` or `own`.
            path: Folder of the user's own files (Kedro resolves a key of this name against the
                project's root).
            own: Folder of a treebank in any language, for `own`; a number, which the command line
                makes of a folder 2024, is taken as its name.
            metadata: Free notes for hooks.

        Raises:
            SettingError: If there is no such treebank, or the folder has no name.
        """
        if own is not None and not str(own).strip():
            raise SettingError(
                "the setting 'tagger.path' is empty: name a folder with a treebank, or leave the "
                "setting out."
            )
        if dataset not in DATASETS or (dataset == "own" and own is None):
            raise SettingError(
                f"the setting 'tagger.dataset' is {dataset}: choose one of book, ewt, or name a "
                "folder with a treebank of your own in the setting 'tagger.path'."
            )
        self._dataset = dataset
        self._folder = Path(str(own)) if dataset == "own" else Path(path, dataset)
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the words.

        Returns:
            One row a word: part (train, valid or test), sentence (int64, from 0 within the part)
            and the other columns of `parse_conllu`; the book has no validation part, and tags of
            its own. `attrs["dataset"]` is the treebank's name, `attrs["source"]` tells the origin
            of the training part in the same words on every machine.

        Raises:
            DataError: If a file is missing where others are, is no CoNLL-U, or the mirror's is not
                the one expected.
            SourceError: If the treebank cannot be had.
        """
        name, files = self._located()
        if files:
            parts = {part: read_conllu(file.path) for part, file in files.items()}
            tokens = pd.concat(parts, names=["part"]).reset_index("part").reset_index(drop=True)
            source = files["train"].source
        else:
            tokens, source = book_tokens(), BOOK_SOURCE
        tokens.attrs = {"dataset": name, "source": source}
        logger.info("%s: %s", name, source)
        return tokens

    def save(self, data: NoReturn) -> None:
        """Refuse: neither the user's files nor public ones are written."""
        raise DatasetError(f"{self._dataset} is a source and is never written.")

    def _located(self) -> tuple[str, dict[str, Located]]:
        """Name of the treebank and file of each part; the book has none."""
        if self._dataset == "own" or self._has_own():
            name, files = _treebank_of(self._folder)
            return name if self._dataset == "own" else self._dataset, files
        if self._dataset == "ewt":
            return "ewt", {
                part: locate(self._folder / Path(remote.mirror).name, remote)
                for part, remote in EWT.items()
            }
        return "book", {}

    def _has_own(self) -> bool:
        return self._dataset == "ewt" and any(self._folder.glob("*.conllu"))

    def _exists(self) -> bool:
        """Whether the words are on this machine, downloads aside."""
        mirrored = self._dataset == "ewt" and all(in_mirror(remote) for remote in EWT.values())
        return self._dataset == "book" or mirrored or any(self._folder.glob("*.conllu"))

    def _describe(self) -> dict[str, Any]:
        return {"dataset": self._dataset, "folder": self._folder}


def _treebank_of(folder: Path) -> tuple[str, dict[str, Located]]:
    """The one treebank of a folder: its name, e.g. zh_gsd, and the file of each part.

    Raises:
        DataError: If a part is missing or ambiguous.
    """
    found = {part: sorted(folder.glob(f"*{ending}")) for part, ending in ENDINGS.items()}
    names = {
        file.name.removesuffix(ENDINGS[part]) for part, files in found.items() for file in files
    }
    if not all(found.values()) or len(names) > 1:
        there = ", ".join(file.name for file in sorted(folder.glob("*.conllu"))) or "none"
        raise DataError(
            f"{folder} should hold the files *{', *'.join(ENDINGS.values())} of one treebank, but "
            f"of *.conllu there is {there}: put one file for each there, and if there is no dev, "
            "move every tenth sentence of train into it."
        )
    located = {part: own_file(file) for part, (file,) in found.items()}
    return names.pop(), {part: file for part, file in located.items() if file}
