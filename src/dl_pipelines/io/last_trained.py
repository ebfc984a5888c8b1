"""The networks that a user has trained last, whichever pipeline did."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights

logger = logging.getLogger(__name__)

LAST = "last"


class LastTrainedDataset(AbstractDataset[NoReturn, Weights]):
    """The newest of the files of weights that several pipelines leave; read-only."""

    def __init__(
        self,
        path: str,
        file: str,
        pipelines: Sequence[str],
        model: str = LAST,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Name the files.

        Args:
            path: Folder of the pipelines' folders (Kedro resolves a key of this name against the
                project's root).
            file: The file of weights in a pipeline's folder.
            pipelines: The pipelines; the first one is what a user without any weights is told to
                run.
            model: The pipeline whose weights are read, or `last` for those trained last.
            metadata: Free notes for hooks.
        """
        names = pipelines if model == LAST else [model]
        self._files = {name: Path(path, name, file) for name in names}
        self.metadata = metadata

    def load(self) -> Weights:
        """Read the weights that were written last.

        Returns:
            The weights; `trained_by` in their header is the pipeline that left them.

        Raises:
            DataError: If there are none, or the newest are damaged.
        """
        trained = {name: file for name, file in self._files.items() if file.is_file()}
        if not trained:
            names = [*self._files]
            raise DataError(
                f"there are no trained networks of {' or '.join(names)} "
                f"({self._files[names[0]]} does not exist): run kedro run --pipeline {names[0]} "
                "first."
            )
        newest = max(trained, key=lambda name: trained[name].stat().st_mtime_ns)
        logger.info("The networks are those of %s.", newest)
        weights = SafetensorsDataset(str(trained[newest])).load()
        return replace(weights, header={**weights.header, "trained_by": newest})

    def save(self, data: NoReturn) -> None:
        """Refuse: who trains networks writes them."""
        raise DatasetError("the networks trained last are read and never written.")

    def _exists(self) -> bool:
        return any(file.is_file() for file in self._files.values())

    def _describe(self) -> dict[str, Any]:
        return {"files": list(self._files.values())}
