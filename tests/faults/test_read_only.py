"""A folder of data that cannot be written: a real read-only file system, which binds root, too."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.faults.commands import Command, finish, metrics
from tests.faults.conftest import Undisturbed
from tests.faults.mounts import read_only
from tests.faults.soundness import own_uri, runs, states, unfinished, visible
from tests.real_project import RealProject

pytestmark = pytest.mark.slow


def test_read_only_data_are_one_sentence_that_names_them(
    prepared: Callable[[str], RealProject], undisturbed: Undisturbed
) -> None:
    project = prepared("read_only")
    data = project.root / "data"
    made = visible(project)
    with read_only(data):
        command = Command(project)
        assert command.end() == 1
    [sentence] = command.sentences
    assert str(data) in sentence and "Read-only file system" in sentence
    assert "Traceback" not in command.said
    assert visible(project) == made  # no run has begun
    assert runs(own_uri(project)) == []

    models = data / "06_models"
    models.mkdir(exist_ok=True)
    with read_only(models):
        command = Command(project)
        assert command.end() == 1
    [sentence] = command.sentences
    assert "data/06_models" in sentence and "Read-only file system" in sentence
    assert "Traceback" not in command.said
    assert not unfinished(project)
    whole, below = states(own_uri(project))
    assert whole == Counter(FAILED=1) and "RUNNING" not in below
    [failed] = [run for run in runs(own_uri(project)) if "failed.node" in run.data.tags]
    assert failed.data.tags["error"] in sentence

    finish(project)
    assert metrics(project) == undisturbed.metrics
