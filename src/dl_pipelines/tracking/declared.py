"""What the catalog says about datasets that are tracked."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from dl_pipelines.errors import SettingError
from dl_pipelines.io.entries import entry_of, metadata_of
from dl_pipelines.tracking.artifacts import KINDS

_BY_FILE = ("artifact", "estimator", "figures", "model")  # their content need not be loaded


@dataclass(frozen=True)
class Declared:
    """What the catalog says about a dataset that is tracked; see `artifacts.Entry`."""

    kind: str
    file: Path

    def content(self, name: str, files: Iterable[str], catalog: DataCatalog) -> Any:
        """What it holds, as `artifacts.Entry` has it, where no hook has seen it saved.

        Args:
            name: The dataset's name.
            files: The names of its files.
            catalog: The catalog.

        Returns:
            What the catalog loads; of what is tracked as a file nothing, of several figures a
            mapping from their files' names.
        """
        if self.kind not in _BY_FILE:
            return catalog.load(name)
        return dict.fromkeys(files) if self.file.is_dir() else None


def declared_entries(names: Iterable[str], catalog: DataCatalog) -> dict[str, Declared]:
    """The datasets whose catalog entry has `metadata: {mlflow: <kind>}`.

    Args:
        names: Names of datasets.
        catalog: The catalog.

    Raises:
        SettingError: If there is no such kind, or the entry has no file.
    """
    declared = {}
    for name in sorted(names):
        notes = metadata_of(catalog, name)
        kind = notes.get("mlflow")
        if kind is None:
            continue
        if kind not in KINDS:
            near = difflib.get_close_matches(str(kind), KINDS, n=1) or KINDS
            raise SettingError(
                f"the catalog entry '{name}' has metadata.mlflow '{kind}', which does not exist: "
                f"write {' or '.join(near)}."
            )
        logged = notes.get("model", name)  # a registration names the dataset that it is of
        file = entry_of(catalog, logged).get("filepath")
        if file is None:
            raise SettingError(
                f"the catalog entry '{logged}' is tracked as '{kind}' but has no file: give it a "
                "type with a filepath."
            )
        declared[name] = Declared(kind, Path(file))
    return declared


def shown_results(pipeline: Pipeline, catalog: DataCatalog) -> dict[str, str | pd.DataFrame]:
    """The texts and tables that the terminal shows at the end of a run, by name and in its order.

    Args:
        pipeline: What has run, or was reused.
        catalog: Its catalog.
    """
    outputs = (name for node in pipeline.nodes for name in node.outputs)
    kinds = {name: metadata_of(catalog, name).get("terminal") for name in outputs}
    return {name: catalog.load(name) for name, kind in kinds.items() if kind in ("text", "table")}
