"""What a run writes where no hook of its process sees it: in worker processes of a runner."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from dl_pipelines.io.entries import entry_of
from dl_pipelines.tracking.declared import Declared

_Stamps = dict[Path, tuple[int, int, int]]


class UnseenOutputs:
    """Finds what was saved elsewhere by files that have changed since the run began."""

    def __init__(
        self, pipeline: Pipeline, catalog: DataCatalog, declared: Mapping[str, Declared]
    ) -> None:
        """Look at the files before the run.

        Args:
            pipeline: What is to run.
            catalog: Its catalog.
            declared: The datasets that are tracked.
        """
        self._pipeline, self._catalog, self._declared = pipeline, catalog, declared
        files = {name: entry_of(catalog, name).get("filepath") for name in pipeline.all_outputs()}
        self._files = {name: Path(file) for name, file in files.items() if file}
        self._before = {name: _stamps(file) for name, file in self._files.items()}
        self._seen: set[str] = set()

    def see(self, name: str) -> None:
        """Leave out an output that a hook has seen."""
        self._seen.add(name)

    def datasets(self) -> Iterator[tuple[str, Any]]:
        """Name and content of tracked datasets, in the order of the pipeline.

        Yields:
            Of each node that has written something unseen the inputs that are tracked, and what it
            has written; see `Declared.content`.
        """
        tracked = self._declared
        for node in self._pipeline.nodes:
            written = {name: names for name in node.outputs if (names := self._written(name))}
            for name in node.inputs if written else ():
                if name in tracked and tracked[name].kind == "input":
                    yield name, self._catalog.load(name)
            for name, names in written.items():
                if name in tracked:
                    yield name, tracked[name].content(name, names, self._catalog)

    def _written(self, name: str) -> list[str]:
        """The files of an output that are new or changed; in a folder those of no other output."""
        if name not in self._files or name in self._seen:
            return []
        others = {file for other, file in self._files.items() if other != name}
        return [
            file.name
            for file, stamp in _stamps(self._files[name]).items()
            if self._before[name].get(file) != stamp and file not in others
        ]


def _stamps(path: Path) -> _Stamps:
    """Time, place and size of a file, or of each file in a folder."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    found = {file: file.stat() for file in files if file.is_file()}
    return {file: (stat.st_mtime_ns, stat.st_ino, stat.st_size) for file, stat in found.items()}
