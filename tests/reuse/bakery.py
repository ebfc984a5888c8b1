"""A toy project with a package of its own, whose nodes write down that they have run."""

import importlib
import sys
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset
from kedro.pipeline import Node

from dl_pipelines.params import Settings
from tests.toy_project import ToyProject

CALLS: list[str] = []
ALL = ["dough", "bread", "crumbs", "report"]


class Oven(Settings):
    """Settings of which one cannot change the bread."""

    immaterial = frozenset({"trays"})

    heat: int = 200
    trays: int = 1


class Water(Settings):
    """Settings of the dough."""

    cups: int = 1


class Mill(AbstractDataset[str, str]):
    """Flour from somewhere outside: its entry names no file."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def load(self) -> str:
        return self._kind

    def save(self, data: str) -> None:
        raise NotImplementedError

    def _describe(self) -> dict[str, Any]:
        return {}


_NODES = '''
"""The nodes."""
from bakery.recipes import kneaded
from tests.reuse.bakery import CALLS, Oven, Water


def dough(flour: str, water: Water) -> dict:
    """Knead."""
    CALLS.append("dough")
    return {"dough": kneaded(flour, water.cups)}


def bread(dough: dict, oven: Oven) -> dict:
    CALLS.append("bread")
    if oven.heat > 900:
        raise ValueError("it burns")
    return {"bread": f"{dough['dough']} at {oven.heat}"}


def crumbs(dough: dict) -> dict:
    CALLS.append("crumbs")
    return {"crumbs": len(dough)}


def report(bread: dict, crumbs: dict) -> dict:
    CALLS.append("report")
    return {**bread, **crumbs}
'''
_RECIPES = """
def kneaded(flour, cups):
    from bakery.water import poured

    return f"{flour} and {poured(cups)}"
"""
_WATER = """
def poured(cups):
    return f"{cups} cups"
"""
_WIRING: dict[str, tuple[list[str], str]] = {
    "dough": (["flour", "params:toy.water"], "dough"),
    "bread": (["dough", "params:toy.oven"], "bread"),
    "crumbs": (["dough"], "crumbs"),
    "report": (["bread", "crumbs"], "report"),
}


class Bakery:
    """dough → bread and crumbs → report, each in a JSON file; flour is a text."""

    def __init__(self, root: Path, patch: Any, **tracking: Any) -> None:
        """Write the project and its package.

        Args:
            root: The project's root.
            patch: pytest's `monkeypatch`.
            tracking: Settings of tracking; without, nothing is tracked.
        """
        self.root, self._patch = root, patch
        self.toy = ToyProject(root, patch.setattr)
        self.tracking = tracking or {"enabled": False}
        self.configure()
        self.file("flour.txt").parent.mkdir()
        self.file("flour.txt").write_text("rye")
        patch.syspath_prepend(root / "lib")
        # Python takes byte code for new where a module was changed in the same second, at its size.
        patch.setattr(sys, "dont_write_bytecode", True)
        for name, text in {"nodes": _NODES, "recipes": _RECIPES, "water": _WATER}.items():
            self.module(name).parent.mkdir(parents=True, exist_ok=True)
            self.module(name).write_text(text)
        self.module("__init__").touch()

    def configure(
        self, *, parameters: dict[str, Any] | None = None, **entries: dict[str, Any]
    ) -> None:
        """Write catalog and parameters.

        Args:
            parameters: Those of `toy` that are not the defaults.
            entries: What is different in the entries of these datasets; null: it is not there.
        """
        catalog: dict[str, Any] = {
            name: {"type": "json.JSONDataset", "filepath": f"data/{name}.json"} for name in ALL
        }
        catalog["flour"] = {"type": "text.TextDataset", "filepath": "data/flour.txt"}
        for name, entry in entries.items():
            changed = {**catalog[name], **entry}
            catalog[name] = {key: value for key, value in changed.items() if value is not None}
        toy = {"water": {}, "oven": {}, **(parameters or {})}
        self.toy.configure(catalog=catalog, parameters={"tracking": self.tracking, "toy": toy})

    def file(self, name: str) -> Path:
        """A file of data."""
        return self.root / "data" / name

    def module(self, name: str) -> Path:
        """A file of the package."""
        return self.root / "lib" / "bakery" / f"{name}.py"

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a module."""
        text = self.module(name).read_text()
        assert old in text
        self.module(name).write_text(text.replace(old, new))

    def nodes(self) -> list[Node]:
        """The nodes, of modules as they are now."""
        for name in [name for name in sys.modules if name.partition(".")[0] == "bakery"]:
            del sys.modules[name]
        importlib.invalidate_caches()
        functions = importlib.import_module("bakery.nodes")
        return [Node(getattr(functions, n), *wires, name=n) for n, wires in _WIRING.items()]

    def run(self, *, choice: dict[str, Any] | None = None, **params: Any) -> list[str]:
        """Run the pipeline.

        Args:
            choice: Arguments of `KedroSession.run`.
            params: Parameters of the command line.

        Returns:
            The nodes that have run, in their order.
        """
        self.toy.register(self.nodes())
        CALLS.clear()
        with self.toy.session(**params) as session:
            session.run(pipeline_names=[], **(choice or {}))
        return [*CALLS]
