"""What is remembered of each node that has finished: one small file a node."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from inspect import isgeneratorfunction
from pathlib import Path
from typing import NamedTuple

from kedro.io import DataCatalog
from kedro.pipeline.node import Node

from dl_pipelines.files import atomic_write
from dl_pipelines.reuse.digests import text_digest
from dl_pipelines.reuse.fingerprints import FOLDER, Files, Fingerprints, is_parameter

_CHANGES = {
    "code": "its code has changed",
    "parameters": "its parameters have changed",
    "catalog": "the catalog entry of one of its datasets has changed",
    "packages": "a package has another version",
}
_DIGITS = 8  # of the digest of paths


@dataclass(frozen=True)
class Record:
    """A node that has finished.

    Attributes:
        recipe: What decided on its results, beside the inputs; see `Fingerprints.recipe`.
        inputs: The content of each input that is no parameter, as it was loaded; None from outside.
        outputs: The files of each output; None if it has none.
        run: The run that it finished in.
    """

    recipe: dict[str, str]
    inputs: dict[str, str | None]
    outputs: dict[str, Files | None]
    run: str


class Reused(NamedTuple):
    """Where the results of a node come from that does not run.

    Attributes:
        run: The run that has made them.
        files: The files of each output.
    """

    run: str
    files: dict[str, list[Path]]


class Records:
    """The records of a project's nodes, and what a run compares them with.

    Attributes:
        fingerprints: What nodes depend on and what they have made, now.
        run: What the run that is going on is called.
    """

    def __init__(self, root: Path, catalog: DataCatalog, run: str) -> None:
        """Read what earlier runs have left.

        Args:
            root: The project's root.
            catalog: The catalog of the run.
            run: What the run is called.
        """
        self.fingerprints = Fingerprints(root, catalog)
        self.run = run
        self._root = root
        self._folder = root / FOLDER / "nodes"

    def read(self, node: Node) -> Record | None:
        """The record of a node; None if there is none that can be read."""
        try:
            return Record(**json.loads(self._file(node).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def begin(self, nodes: Iterable[Node]) -> None:
        """Note the code of nodes before they run: it may be edited while they do.

        Args:
            nodes: The nodes.
        """
        for node in nodes:
            self.fingerprints.recipe(node)

    def finish(
        self, node: Node, inputs: dict[str, str | None], outputs: dict[str, Files | None]
    ) -> None:
        """Remember that a node has finished, unless nothing tells which code it has run.

        Args:
            node: The node. Its code was noted by `begin` and must still be the same.
            inputs: See `Record`.
            outputs: See `Record`.

        Raises:
            DataError: If the record cannot be written.
        """
        recipe = self.fingerprints.recipe(node)
        if recipe and not self.fingerprints.edited(node):
            self.write(node, Record(recipe, inputs, outputs, self.run))

    def write(self, node: Node, record: Record) -> None:
        """Write a record.

        Raises:
            DataError: If it cannot be written.
        """
        text = json.dumps(asdict(record), indent=1)
        atomic_write(self._file(node), lambda file: file.write(text.encode()))

    def reused(self, record: Record) -> Reused:
        """What hooks are told of a node that does not run."""
        files = {
            name: [self._root / file for file in files or ()]
            for name, files in record.outputs.items()
        }
        return Reused(record.run, files)

    def obstacle(self, node: Node, record: Record | None) -> str | None:
        """Why a node has to run whatever its inputs will hold; None if nothing speaks for it."""
        recipe = self.fingerprints.recipe(node)
        if recipe is None:
            streams = isgeneratorfunction(node.func)
            return f"its {'results come part by part' if streams else 'code is not known'}"
        if record is None:
            return "there are no results of it"
        changes = (why for part, why in _CHANGES.items() if record.recipe.get(part) != recipe[part])
        return next(changes, None) or self._lost_output(node, record) or self._outside(node)

    def changed_input(self, node: Node, record: Record) -> str | None:
        """Which input holds something else than when the node ran, in words; None if none does."""
        for name in data_of(node):
            if record.inputs.get(name) != self.fingerprints.content(name):
                return f"{name} has changed"
        return None

    def _lost_output(self, node: Node, record: Record) -> str | None:
        for name in node.outputs:
            files = record.outputs.get(name)
            if files is None:
                return f"{name} is not kept in a file"
            if not self.fingerprints.holds(files):
                return f"{name} is not as it was left"
        return None

    def _outside(self, node: Node) -> str | None:
        for name in data_of(node):
            if self.fingerprints.path(name) is None:
                return f"{name} comes from outside"
        return None

    def _file(self, node: Node) -> Path:
        """A record for each place of its outputs: another data set has other files."""
        files = [self.fingerprints.path(name) for name in node.outputs]
        paths = [file and os.path.relpath(file, self._root) for file in files]
        return self._folder / f"{node.name}-{text_digest(repr(paths))[:_DIGITS]}.json"


def data_of(node: Node) -> list[str]:
    """The inputs of a node that are no parameters."""
    return [name for name in node.inputs if not is_parameter(name)]
