"""The configuration as an earlier run has resolved it."""

import pytest

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
