"""Any dataset of one file, written whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset, DatasetError
from kedro_datasets._typing import HTMLPreview

from dl_pipelines.errors import DataError
from dl_pipelines.files import replacing
from dl_pipelines.io.previews import Previewed, paragraphs


class AtomicDataset(Previewed, AbstractDataset[Any, Any]):
    """Another dataset, whose file a kill or a full disk at any moment leaves old or new.

    In a catalog:

        metrics:
          type: dl_pipelines.io.atomic.AtomicDataset
          filepath: data/08_reporting/metrics.json
          dataset: {type: json.JSONDataset, save_args: {indent: 2}}
    """

    def __init__(
        self, filepath: str, dataset: dict[str, Any], metadata: dict[str, Any] | None = None
    ) -> None:
        """Wrap a dataset.

        Args:
            filepath: Path of the file.
            dataset: Catalog entry of the dataset that knows the format, without `filepath`.
            metadata: Free notes for hooks.
        """
        self._filepath = Path(filepath)
        self._dataset = dataset
        self.metadata = metadata

    def load(self) -> Any:
        """Read the file.

        Raises:
            DataError: If the file is missing or damaged.
        """
        if not self._exists():
            raise DataError(f"{self._filepath} does not exist: run the node that makes it first.")
        try:
            return self._at(self._filepath).load()
        except DatasetError as error:
            raise DataError(
                f"{self._filepath} cannot be read ({error.__cause__ or error}): delete it and run "
                "the node that makes it again."
            ) from error

    def save(self, data: Any) -> None:
        """Replace the file.

        Raises:
            DataError: If the file cannot be written; it is then as it was before.
        """
        with replacing(self._filepath) as temporary:
            try:
                self._at(temporary).save(data)
            except DatasetError as error:
                if isinstance(error.__cause__, OSError):
                    raise error.__cause__ from None
                raise

    @property
    def _preview(self) -> Callable[..., Any]:
        """That of the dataset that knows the format, if it has one; else a plain text."""
        if self._filepath.suffix == ".txt":
            return self._paragraphs
        return self._at(self._filepath).preview  # type: ignore[attr-defined,no-any-return]

    def _paragraphs(self) -> HTMLPreview:
        return paragraphs(self.load())

    def _at(self, path: Path) -> AbstractDataset[Any, Any]:
        config = {**self._dataset, "filepath": path.as_posix()}
        return AbstractDataset.from_config(self._filepath.stem, config)

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "dataset": self._dataset["type"]}
