"""What the results of a node depend on, and what they are: both as digests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kedro.io import DataCatalog
from kedro.pipeline.node import Node

from dl_pipelines.io.entries import entry_of
from dl_pipelines.params import Settings
from dl_pipelines.reuse.code import Code, package_versions
from dl_pipelines.reuse.digests import Digests, code_digest, content_digest, text_digest

FOLDER = Path("data/.reuse")  # in the project's root

Files = dict[str, str]  # digests of contents by paths relative to the project's root

_OWN_PACKAGE = __name__.partition(".")[0]
_NO_RESULT = ("credentials", "metadata")  # of a catalog entry: neither changes what a file holds


class Fingerprints:
    """Digests of what goes into nodes and of what comes out, in one project and one run."""

    def __init__(self, root: Path, catalog: DataCatalog) -> None:
        """Read what earlier runs have computed.

        Args:
            root: The project's root.
            catalog: The catalog of the run.
        """
        self._root = root
        self._catalog = catalog
        self._contents = Digests(root / FOLDER / "contents.json", content_digest)
        self._sources = Digests(root / FOLDER / "sources.json", code_digest)
        self._code = Code(self._sources)
        self._packages = package_versions()

    def recipe(self, node: Node) -> dict[str, str] | None:
        """What decides on a node's results beside the content of its inputs.

        Args:
            node: The node.

        Returns:
            A digest of its code (with that of its datasets), of its parameters, of the catalog
            entries of its datasets, and of the packages; None if that of its code is, see
            `Code.of_function`.
        """
        entries = self._entries(node)
        modules = sorted(_own_modules(entries))
        code = [self._code.of_function(node.func), *map(self._code.of_module, modules)]
        if None in code:
            return None
        parameters = {
            name: material(self._catalog.load(name)) for name in node.inputs if is_parameter(name)
        }
        wiring = [node.func.__qualname__, node.inputs, node.outputs]
        return {
            "code": text_digest(repr([code, wiring])),
            "parameters": self._digest(parameters),
            "catalog": self._digest(entries),
            "packages": self._packages,
        }

    @property
    def unreadable(self) -> str:
        """See `Code.unreadable`."""
        return self._code.unreadable

    def edited(self, node: Node) -> bool:
        """Whether the code of a node with a recipe is another than when that was first asked for.

        Args:
            node: The node.
        """
        modules = {node.func.__module__, *_own_modules(self._entries(node))}
        return any(map(self._code.edited, modules))

    def content(self, dataset: str) -> str | None:
        """What an input holds now.

        Args:
            dataset: Its name.

        Returns:
            A digest of its file, or of all files of its folder; None if its catalog entry names no
            local file, so that what it will give cannot be known before.
        """
        path = self.path(dataset)
        return None if path is None else self._digest(self._contents.below(path))

    def written(self, dataset: str, data: Any) -> Files | None:
        """The files that an output has just been saved to.

        Args:
            dataset: Its name.
            data: What was saved: of a mapping to files of a folder, these are meant, for others may
                have files there, too.

        Returns:
            The files; None if there is none.
        """
        path = self.path(dataset)
        if path is None or not path.exists():
            return None
        if path.is_dir() and isinstance(data, Mapping):
            suffix = self._entry(dataset).get("filename_suffix", "")
            files = [path / f"{name}{suffix}" for name in data]
        else:
            files = [path / name for name in self._contents.below(path)]
        return {self._relative(file): self._contents.of(file) or "" for file in files}

    def holds(self, files: Files) -> bool:
        """Whether files are as they were."""
        return all(self._contents.of(self._root / name) == text for name, text in files.items())

    def path(self, dataset: str) -> Path | None:
        """The local file or folder of a dataset, by its catalog entry; None if there is none."""
        entry = self._entry(dataset)
        parts = str(entry.get("type")).endswith("PartitionedDataset")
        path = entry.get("path" if parts else "filepath")
        if not isinstance(path, str) or "://" in path or entry.get("versioned"):
            return None
        return self._root / path

    def save(self) -> None:
        """Remember digests for the next run."""
        self._contents.save()
        self._sources.save()

    def _entries(self, node: Node) -> dict[str, dict[str, Any]]:
        datasets = [name for name in (*node.inputs, *node.outputs) if not is_parameter(name)]
        return {name: self._entry(name) for name in datasets}

    def _entry(self, dataset: str) -> dict[str, Any]:
        entry = entry_of(self._catalog, dataset)
        return {key: value for key, value in entry.items() if key not in _NO_RESULT}

    def _digest(self, value: Any) -> str:
        """Of what a project says, wherever it lies."""
        text = json.dumps(value, sort_keys=True, default=str)
        return text_digest(text.replace(f"{self._root.as_posix()}/", ""))

    def _relative(self, file: Path) -> str:
        inside = file.is_relative_to(self._root)
        return (file.relative_to(self._root) if inside else file).as_posix()


def is_parameter(dataset: str) -> bool:
    """Whether the name of a dataset is that of a parameter."""
    return dataset.startswith("params:") or dataset == "parameters"


def material(value: Any) -> Any:
    """Parameters as plain values, without those that cannot change a result.

    Args:
        value: Settings, or what YAML knows.
    """
    if isinstance(value, Settings):
        names = [name for name in type(value).model_fields if name not in value.immaterial]
        return {name: material(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(name): material(part) for name, part in value.items()}
    return [*map(material, value)] if isinstance(value, (list, tuple)) else value


def _own_modules(entry: Mapping[str, Any]) -> set[str]:
    """The modules of this package's datasets in a catalog entry, or in several."""
    modules = set()
    for key, value in entry.items():
        if key == "type" and str(value).startswith(f"{_OWN_PACKAGE}."):
            modules.add(value.rpartition(".")[0])
        elif isinstance(value, Mapping):
            modules |= _own_modules(value)
    return modules
