"""Pipelines as they were the last time: one whose code is unchanged need not be imported.

Importing a pipeline means importing torch, SciPy and matplotlib, which takes longer than finding
out that nothing has to run. So the wiring is kept as JSON. Its functions are imported when they
are called.
"""

import inspect
import json
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import kedro
from kedro.pipeline import Node, Pipeline

from dl_pipelines.files import replacing
from dl_pipelines.params import Settings
from dl_pipelines.reuse.code import Code, LazyFunction, package_versions
from dl_pipelines.reuse.digests import Digests, code_digest, text_digest
from dl_pipelines.reuse.fingerprints import FOLDER

_PIPELINES = f"{__name__.partition('.')[0]}.pipelines"


class Sketches:
    """What is kept of pipelines in one project."""

    def __init__(self, root: Path) -> None:
        """Read nothing yet.

        Args:
            root: The project's root.
        """
        self._folder = root / FOLDER / "pipelines"
        self._digests = Digests(root / FOLDER / "sources.json", code_digest)
        self._code = Code(self._digests)

    def read(self, names: Iterable[str]) -> dict[str, Pipeline] | None:
        """Pipelines, without importing their nodes.

        Args:
            names: Of the pipelines.

        Returns:
            The pipelines by name; None if one is not known, or any code that it imports is not as
            it was, or cannot be told.
        """
        found = {}
        for name in names:
            try:
                kept = json.loads((self._folder / f"{name}.json").read_bytes())
                key = self._key(name)
                if key is None or kept["code"] != key:
                    return None
                found[name] = Pipeline([_node(entry) for entry in kept["nodes"]])
            except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError):
                return None
        return found

    def write(self, pipelines: dict[str, Pipeline]) -> None:
        """Keep pipelines for the next time.

        Raises:
            DataError: If they cannot be written.
        """
        for name, pipeline in pipelines.items():
            nodes = [_entry(node) for node in pipeline.nodes]
            text = json.dumps({"code": self._key(name), "nodes": nodes}, indent=1).encode()
            with replacing(self._folder / f"{name}.json") as temporary:
                temporary.write_bytes(text)
        self._digests.save()

    def _key(self, name: str) -> str | None:
        """What decides on how a pipeline is wired: its code, if known, Kedro, and the packages."""
        code = self._code.of_module(f"{_PIPELINES}.{name}")
        return code and text_digest(repr([code, kedro.__version__, package_versions()]))


def imported(node: Node) -> Node:
    """A node with its function itself, as it has to be to run: a generator, or in a process."""
    if not isinstance(node.func, LazyFunction):
        return node
    return node._copy(func=node.func.imported())


def _entry(node: Node) -> dict[str, Any]:
    arguments = inspect.signature(node.func).parameters.values()
    hints = get_type_hints(node.func)
    settings = {
        name: f"{hint.__module__}:{hint.__qualname__}"
        for name, hint in hints.items()
        if inspect.isclass(hint) and issubclass(hint, Settings)
    }
    return {
        "function": [node.func.__module__, node.func.__name__],
        "arguments": [[part.name, int(part.kind), _has_default(part)] for part in arguments],
        "settings": settings,
        "inputs": node._inputs,  # Kedro has no public name for which argument takes which input
        "outputs": node._outputs,
        "name": node._name,
        "tags": sorted(node.tags),
        "confirms": node.confirms,
        "namespace": node.namespace,
    }


def _node(entry: dict[str, Any]) -> Node:
    settings = {}
    for argument, place in entry.pop("settings").items():
        module, _, name = place.partition(":")
        settings[argument] = getattr(import_module(module), name)
    arguments = [
        inspect.Parameter(
            name,
            inspect._ParameterKind(kind),
            default=None if has_default else inspect.Parameter.empty,
        )
        for name, kind, has_default in entry.pop("arguments")
    ]
    module, name = entry.pop("function")
    function = LazyFunction(module, name, inspect.Signature(arguments), settings)
    return Node(function, **entry)


def _has_default(argument: inspect.Parameter) -> bool:
    return argument.default is not inspect.Parameter.empty
