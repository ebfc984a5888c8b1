import os
import time

import pytest
from kedro.pipeline import Node
from kedro.runner import ParallelRunner

from dl_pipelines.training.parallel import run_jobs
from tests.toy_project import Size, ToyProject


def process(number: int) -> int:
    """Tells where it runs."""
    return os.getpid() + 0 * number


def spread(size: Size) -> list[int]:
    """A node whose jobs run in processes of their own."""
    return run_jobs(process, [{"number": number} for number in range(size.length)], workers=2)


def surroundings(size: Size) -> list[str | None]:
    """A node that tells a variable of its process."""
    return [os.environ.get("TOY")] * size.length


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What a node gives that runs in a process of Kedro's ParallelRunner."""
    project = ToyProject.sized(tmp_path, monkeypatch.setattr)
    file = tmp_path / "told.json"
    project.configure(catalog={"told": {"type": "json.JSONDataset", "filepath": str(file)}})

    def run(node):
        project.register([Node(node, "params:toy.size", "told", name="tell")])
        with project.session(cache=False) as session:
            made = session.run(pipeline_names=[], runner=ParallelRunner(max_workers=1))
        return made["told"].load()

    return run


@pytest.mark.slow
def test_a_node_process_has_the_environment_of_its_run(told, monkeypatch):
    for value in ("first", "second"):  # the first run starts what the processes are forked from
        monkeypatch.setenv("TOY", value)
        assert told(surroundings) == [value, value]


@pytest.mark.slow
def test_a_node_process_does_not_wait_for_idle_processes_of_its_pool(told):
    start = time.monotonic()
    assert os.getpid() not in told(spread)
    assert time.monotonic() - start < 120, "idle processes of joblib's pool live for 300 s"
