"""A small project of a test's own, run by the project's real session, settings and hooks."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import click
import pytest
import yaml
from kedro.pipeline import Node, Pipeline

from dl_pipelines import pipeline_registry
from dl_pipelines.params import Settings
from dl_pipelines.session import ProjectSession
from tests.real_project import register_project


class Size(Settings):
    """The settings of the node `make`."""

    length: int
    width: int = 1


def make(size: Size) -> int:
    """The node of `ToyProject.sized`."""
    return size.length


class ToyProject:
    """A folder with `conf` and `data`; its pipeline takes the place of `stock_lstm`."""

    def __init__(self, root: Path, setattr: Callable[..., None]) -> None:
        """Begin without nodes, catalog and parameters.

        Args:
            root: The project's root.
            setattr: pytest's `monkeypatch.setattr`.
        """
        self.root = root
        self._setattr = setattr
        for environment in ("base", "local"):
            (root / "conf" / environment).mkdir(parents=True)
        self.configure(catalog={}, parameters={})
        self.register([])

    @classmethod
    def sized(cls, root: Path, setattr: Callable[..., None]) -> Self:
        """An untracked project whose one node `make` takes the typed parameter `toy.size`."""
        project = cls(root, setattr)
        parameters = {"tracking": {"enabled": False}, "toy": {"size": {"length": 2}}}
        project.configure(parameters=parameters)
        project.register([Node(make, "params:toy.size", "area", name="make")])
        return project

    def register(self, nodes: list[Node]) -> None:
        """Let the pipeline have these nodes."""
        pipeline = Pipeline(nodes)
        registered = {"__default__": pipeline, "stock_lstm": pipeline}
        self._setattr(pipeline_registry, "register_pipelines", lambda: registered)
        register_project()

    def configure(self, environment: str = "base", **files: Mapping[str, Any]) -> None:
        """Write configuration files, e.g. `parameters={"toy": {"size": 1}}`."""
        folder = self.root / "conf" / environment
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / f"{name}.yml").write_text(yaml.safe_dump(dict(content)))

    def failure(self, **params: Any) -> str:
        """The sentence that a run with these parameters ends with."""
        with pytest.raises(click.ClickException) as caught:
            self.run(**params)
        return caught.value.message

    def session(self, env: str | None = None, **params: Any) -> ProjectSession:
        """A session of this project.

        Args:
            env: The Kedro environment.
            params: Parameters of the command line.
        """
        return ProjectSession.create(self.root, env=env, runtime_params=params)

    def run(self, env: str | None = None, **params: Any) -> None:
        """Run the default pipeline as the `kedro` command does."""
        with self.session(env, **params) as session:
            session.run(pipeline_names=[])
