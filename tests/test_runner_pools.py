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


@pytest.mark.slow
def test_a_node_process_has_the_environment_of_its_run(tmp_path, monkeypatch):
    project = ToyProject.sized(tmp_path, monkeypatch.setattr)
    project.configure(
        catalog={"told": {"type": "json.JSONDataset", "filepath": str(tmp_path / "told.json")}}
    )
    project.register([Node(surroundings, "params:toy.size", "told", name="surroundings")])
    for value in ("first", "second"):  # the first run starts what the processes are forked from
        monkeypatch.setenv("TOY", value)
        with project.session(cache=False) as session:
            made = session.run(pipeline_names=[], runner=ParallelRunner(max_workers=1))
        assert made["told"].load() == [value, value]


@pytest.mark.slow
def test_a_node_process_does_not_wait_for_idle_processes_of_its_pool(tmp_path, monkeypatch):
    project = ToyProject.sized(tmp_path, monkeypatch.setattr)
    project.configure(
        catalog={"where": {"type": "json.JSONDataset", "filepath": str(tmp_path / "where.json")}}
    )
    project.register([Node(spread, "params:toy.size", "where", name="spread")])
    start = time.monotonic()
    with project.session() as session:
        made = session.run(pipeline_names=[], runner=ParallelRunner(max_workers=1))
    assert os.getpid() not in made["where"].load()
    assert time.monotonic() - start < 120, "idle processes of joblib's pool live for 300 s"
