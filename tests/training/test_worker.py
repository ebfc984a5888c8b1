"""A worker in this process, as the only one of its group."""

import inspect

import pytest

from dl_pipelines.errors import DlPipelinesError, SettingError
from dl_pipelines.training.job_files import read_value, write_value
from dl_pipelines.training.launch import raise_failure
from dl_pipelines.training.tabular import _fit_stack
from dl_pipelines.training.worker import TRAININGS, main, training
from tests.training import together

NAME = "dl_pipelines.training.tabular:_fit_stack"


@pytest.fixture
def folder(tmp_path):
    """A function that writes jobs."""

    def write(*jobs, function=NAME):
        told = {"function": function, "jobs": list(jobs), "compute": together.compute()}
        write_value(tmp_path / "jobs", told | {"progress": False})
        return tmp_path

    return write


def test_jobs_are_trained_one_after_another_but_those_that_are_done(folder):
    short, long = together.job(rows=20, epochs=1), together.job(rows=20, epochs=2)
    where = folder(short, long)
    write_value(where / "result-0", "done before a restart")

    assert main(where) == 0
    assert read_value(where / "result-0") == "done before a restart"
    states, history = read_value(where / "result-1")
    alone, rows = _fit_stack(**long, progress=False)
    assert history == rows
    assert all((states[0][name] == alone[0][name]).all() for name in alone[0])


def test_a_users_mistake_is_told_as_a_sentence_and_not_tried_again(folder):
    where = folder(together.job(rows=20, optimizer={"name": "sgd", "lr": 1e30}))
    assert main(where) == 1
    with pytest.raises(SettingError, match=r"^training diverged: train_loss is .* in epoch"):
        raise_failure(where, 1)

    (where / "jobs.json").unlink()
    assert main(where) == 1
    assert not list(where.glob("rank-*"))


def test_a_bug_leaves_its_traceback_behind(folder):
    where = folder({"no": "argument"})
    assert main(where) == 1
    assert "unexpected keyword argument 'no'" in (where / "rank-0.txt").read_text()
    (where / "failure.txt").write_text("process 0 failed")
    with pytest.raises(DlPipelinesError, match=r"4 times \(process 0 failed\): .*rank-0\.txt"):
        raise_failure(where, 1)


def test_nothing_but_trainings_can_be_asked_for(folder):
    where = folder({"command": "true"}, function="os:system")
    assert main(where) == 1
    assert "os:system is no training" in (where / "rank-0.txt").read_text()


@pytest.mark.parametrize("name", sorted(TRAININGS))
def test_every_training_is_there(name):
    assert "progress" in inspect.signature(training(name)).parameters
