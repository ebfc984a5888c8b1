"""Weights that several pipelines may have left."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights


class FoundWeightsDataset(AbstractDataset[NoReturn, dict[str, Weights]]):
    """Those of some files of weights that there are; read-only."""

    def __init__(
        self, path: str, files: Mapping[str, str], metadata: dict[str, Any] | None = None
    ) -> None:
        """Name the files.

        Args:
            path: Folder of the files (Kedro resolves a key of this name against the project's
                root).
            files: Name, for whoever loads them → file in that folder.
            metadata: Free notes for hooks.
        """
        self._files = {name: Path(path, file) for name, file in files.items()}
        self.metadata = metadata

    def load(self) -> dict[str, Weights]:
        """Read all files that there are.

        Returns:
            Name → weights, in the order of the settings; empty if there is no file.

        Raises:
            DataError: If a file is damaged.
        """
        found = {name: file for name, file in self._files.items() if file.is_file()}
        return {name: SafetensorsDataset(str(file)).load() for name, file in found.items()}

    def save(self, data: NoReturn) -> None:
        """Refuse: who trains networks writes them."""
        raise DatasetError("weights that were found are read and never written.")

    def _exists(self) -> bool:
        return True  # to find none is an answer, too

    def _describe(self) -> dict[str, Any]:
        return {"files": self._files}
