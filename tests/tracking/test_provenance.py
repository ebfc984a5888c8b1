import subprocess

import pytest

from dl_pipelines.params import Optimizer
from dl_pipelines.tracking.provenance import flatten, provenance_tags


@pytest.fixture
def repository(tmp_path):
    """A repository with one commit."""

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        done = subprocess.run(
            ["git", *identity, *arguments],  # noqa: S607 - wherever git lies
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git("init")
    (tmp_path / "file").write_text("1")
    git("add", ".")
    git("commit", "-m", "first")
    return tmp_path, git("rev-parse", "HEAD")


def test_settings_are_flattened_by_their_names():
    value = {"optimizer": Optimizer(lr=0.5), "seeds": [0, 1], "clip": None, "name": "x"}
    flat = flatten(value, "lstm")
    assert flat["lstm.optimizer.lr"] == "0.5"
    assert flat["lstm.seeds"] == "[0, 1]"
    assert flat["lstm.clip"] == "null"
    assert flat["lstm.name"] == "x"


def test_a_commit_is_clean_until_a_file_changes(repository):
    root, commit = repository
    tags = provenance_tags(root, "local", {})
    assert (tags["git.commit"], tags["git.dirty"]) == (commit, "false")
    (root / "file").write_text("2")
    assert provenance_tags(root, "local", {})["git.dirty"] == "true"


def test_outside_a_repository_there_is_no_commit(tmp_path):
    tags = provenance_tags(tmp_path, "local", {})
    assert "git.commit" not in tags
    assert tags["kedro.env"] == "local"


def test_the_hash_depends_on_the_values_and_not_on_their_order(tmp_path):
    def digest(**params: str) -> str:
        return provenance_tags(tmp_path, "local", params)["parameters.sha256"]

    assert digest(a="1", b="2") == digest(b="2", a="1") != digest(a="1", b="3")
