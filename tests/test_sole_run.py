"""Two runs of one pipeline would ruin each other's files; others run side by side."""

import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from kedro.pipeline import Node

from dl_pipelines import sole_run
from dl_pipelines.errors import DataError
from dl_pipelines.sole_run import folder_id, running_alone
from tests.toy_project import Size, ToyProject

SENTENCE = (
    "another run of stock_lstm is writing to data/: wait for it, or run in another copy of the "
    "project."
)
HOLD = """
import sys, time
from pathlib import Path
from dl_pipelines.sole_run import running_alone
with running_alone(["stock_lstm"], Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    return ToyProject.sized(tmp_path, monkeypatch.setattr)


def test_a_second_run_of_a_pipeline_is_refused_and_one_of_another_is_not(project):
    with running_alone(["stock_lstm"], project.root / "data"):
        assert project.failure() == SENTENCE
    with running_alone(["mnist_cnn"], project.root / "data"):
        project.run()


def test_a_run_has_its_pipeline_to_itself_until_it_ends_or_fails(project):
    def start_another(size: Size) -> None:
        with running_alone(["stock_lstm"], Path("data")):
            pass

    project.register([Node(start_another, "params:toy.size", "area", name="start_another")])
    assert project.failure() == SENTENCE
    with running_alone(["stock_lstm"], project.root / "data"):
        assert project.failure() == SENTENCE
    with running_alone(["stock_lstm"], project.root / "data"):
        pass


def test_a_killed_run_keeps_nobody_out(project):
    command = [sys.executable, "-c", HOLD, str(project.root / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None and run.stdout.readline() == "held\n"
        assert project.failure() == SENTENCE
        run.kill()
    project.run()


def test_of_several_pipelines_all_or_none_are_taken(tmp_path):
    with running_alone(["b"], tmp_path):
        with (
            pytest.raises(DataError, match=r"^another run of b is writing to .+ or run in"),
            running_alone(["a", "b"], tmp_path),
        ):
            pass
        with running_alone(["a", "a"], tmp_path):
            pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "data").touch()
    with (
        pytest.raises(DataError, match=r"data/\.runs cannot be written \(Not a directory\): check"),
        running_alone(["a"], tmp_path / "data"),
    ):
        pass


def leave_unfinished(data: Path) -> Path:
    """A half-written file, and the note of a run that was killed."""
    with running_alone(["stock_lstm"], data):
        (data / ".runs/kept").write_bytes((data / ".runs/stock_lstm.begun").read_bytes())
    (data / ".runs/kept").rename(data / ".runs/stock_lstm.begun")
    (data / "08_reporting").mkdir(exist_ok=True)
    half = data / "08_reporting/.metrics.json.0123abcd.unfinished"
    half.write_text("{")
    return half


def test_what_a_killed_run_has_half_written_is_removed_by_the_next_one(tmp_path):
    half = leave_unfinished(tmp_path)
    with running_alone(["mnist_cnn"], tmp_path):
        assert half.exists()  # that pipeline was not killed
    with running_alone(["stock_lstm"], tmp_path):
        assert not half.exists()
        half.touch()
    with running_alone(["stock_lstm"], tmp_path):
        assert half.exists()  # the run before has ended by itself


def test_what_another_pipeline_may_be_writing_is_left_until_it_ends(tmp_path):
    half = leave_unfinished(tmp_path)
    with running_alone(["mnist_cnn"], tmp_path), running_alone(["stock_lstm"], tmp_path):
        assert half.exists()
    with running_alone(["stock_lstm"], tmp_path):
        assert not half.exists()


@pytest.mark.parametrize("known", [True, False])
def test_a_run_that_begins_while_another_one_tidies_up_waits_for_that(tmp_path, monkeypatch, known):
    if known:  # has its lock's file
        with running_alone(["mnist_cnn"], tmp_path):
            pass
    leave_unfinished(tmp_path)
    tidying, go_on = threading.Event(), threading.Event()
    happened: list[str] = []

    def remove(data: Path) -> None:
        tidying.set()
        go_on.wait(10)
        happened.append("tidied")

    def run(pipeline: str) -> None:
        with running_alone([pipeline], tmp_path):
            happened.append(pipeline)

    monkeypatch.setattr(sole_run, "remove_unfinished", remove)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run, "stock_lstm")
        assert tidying.wait(10)
        second = pool.submit(run, "mnist_cnn")
        wait([second], timeout=0.5)
        assert happened == [] and not second.done()
        go_on.set()
        for each in (first, second):
            each.result(10)
    assert happened[0] == "tidied"
    assert sorted(happened[1:]) == ["mnist_cnn", "stock_lstm"]


def test_a_folder_keeps_its_id_and_a_copy_has_another(tmp_path):
    (tmp_path / "data").mkdir()
    own = folder_id(tmp_path / "data")
    assert folder_id(tmp_path / "data") == own
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    assert folder_id(tmp_path / "copy") != own
    (tmp_path / "data").rename(tmp_path / "moved")
    assert folder_id(tmp_path / "moved") == own


def test_a_folder_whose_id_cannot_be_kept_is_named(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/.runs").touch()
    with pytest.raises(DataError, match=r"data/\.runs cannot be written \(.+\): check the folder"):
        folder_id(tmp_path / "data")
