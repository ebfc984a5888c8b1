"""Fixtures of disturbed runs."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.commands import Command, configure, finish, metrics
from tests.real_project import RealProject


@dataclass(frozen=True)
class Undisturbed:
    """A whole run that nothing went wrong in, and the project that it has left."""

    project: RealProject
    command: Command
    metrics: bytes

    def files(self, folder: str) -> int:
        """How many files a folder of the project has."""
        return len(files_in(self.project.root / folder))


def files_in(folder: Path) -> list[Path]:
    """The files of a folder and of those in it."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(scope="session")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, empty_store: Path
) -> Callable[[str], RealProject]:
    """A new project that nothing has run in, with an empty store."""

    def prepare(name: str) -> RealProject:
        project = RealProject(tmp_path_factory.mktemp(name), "stock")
        shutil.copy(empty_store, project.root / "mlflow.db")
        configure(project)
        return project

    return prepare


@pytest.fixture(scope="session")
def undisturbed(prepared: Callable[[str], RealProject]) -> Undisturbed:
    """What a run makes if nothing goes wrong; tests only read it."""
    project = prepared("undisturbed")
    command = finish(project)
    return Undisturbed(project, command, metrics(project))
