"""The configuration as an earlier run has resolved it."""

import json
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest
from kedro.framework.project import settings

from dl_pipelines import configuration
from dl_pipelines.session import ProjectSession
from tests.toy_project import ToyProject


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A project whose resolved configuration is kept, as that of one with a pyproject.toml is."""
    project = ToyProject.sized(tmp_path, monkeypatch.setattr)
    (project.root / "pyproject.toml").touch()
    return project


def sizes(project, **params):
    with project.session(**params) as session:
        return session.load_context().config_loader["parameters"]["toy"]["size"]


def test_a_kept_configuration_is_that_of_the_files_and_the_command_line(kept):
    for _ in range(2):
        assert sizes(kept) == {"length": 2}
        assert sizes(kept, toy={"size": {"length": 5}}) == {"length": 5}
    kept.configure("local", parameters={"toy": {"size": {"length": 3}}})
    assert sizes(kept) == {"length": 3}
    (kept.root / "conf/local/parameters.yml").unlink()
    assert sizes(kept) == {"length": 2}


def test_a_kept_configuration_is_that_of_json_files_too(kept):
    assert sizes(kept) == {"length": 2}
    mine = kept.root / "conf/local/parameters_mine.json"
    for length in (3, 4):
        mine.write_text(json.dumps({"toy": {"size": {"length": length}}}))
        assert sizes(kept) == {"length": length}


def test_a_kept_configuration_is_that_of_the_loaders_arguments(kept, monkeypatch):
    kept.configure("local", parameters={"toy": {"size": {"width": 3}}})
    assert sizes(kept) == {"length": 2, "width": 3}
    merging = {"parameters": "destructive"}
    monkeypatch.setitem(settings.CONFIG_LOADER_ARGS, "merge_strategy", merging)
    assert sizes(kept) == {"width": 3}


def test_a_configuration_in_an_archive_is_that_of_the_archive_as_it_is_now(kept):
    archive = kept.root / "conf.tar.gz"
    for length in (3, 4):
        kept.configure(parameters={"toy": {"size": {"length": length}}})
        with tarfile.open(archive, "w:gz") as packed:
            packed.add(kept.root / "conf", "conf")
        with ProjectSession.create(kept.root, conf_source=str(archive)) as session:
            parameters = session.load_context().config_loader["parameters"]
        assert parameters["toy"]["size"] == {"length": length}


@pytest.mark.parametrize("package", ["kedro", "omegaconf"])
def test_a_kept_configuration_is_that_of_the_versions_that_resolved_it(kept, monkeypatch, package):
    def other(name):
        return "0.0.1" if name == package else version(name)

    sizes(kept)
    folder = kept.root / "data/.reuse/configuration"
    for file in folder.glob("*-parameters.json"):
        file.write_text('{"toy": {"size": "stale"}}')
    assert sizes(kept) == "stale"
    monkeypatch.setattr(configuration, "version", other)
    assert sizes(kept) == {"length": 2}


def test_what_another_run_has_tidied_up_is_no_failure(kept, monkeypatch):
    stat = Path.stat

    def gone(path, **options):
        if path.name.endswith("-parameters.json") and path.parent.name == "configuration":
            raise FileNotFoundError(path)
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", gone)
    assert sizes(kept) == {"length": 2}


def test_a_damaged_kept_configuration_is_read_anew(kept):
    sizes(kept)
    folder = kept.root / "data/.reuse/configuration"
    for file in folder.iterdir():
        file.write_text("{")
    assert sizes(kept) == {"length": 2}


def test_credentials_are_never_kept_and_old_configurations_are_dropped(kept):
    hidden = "never to be seen"
    kept.configure("local", credentials={"shop": {"token": hidden}})
    for length in range(8):
        with kept.session(toy={"size": {"length": length}}) as session:
            credentials = session.load_context().config_loader["credentials"]
        assert credentials["shop"]["token"] == hidden
    files = [*(kept.root / "data/.reuse").rglob("*.json")]
    assert files and not [file for file in files if hidden in file.read_text()]
    assert len([file for file in files if file.name.endswith("-parameters.json")]) <= 6
