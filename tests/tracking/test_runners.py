"""What is tracked does not depend on Kedro's runner, nor does what a failure says."""

from typing import Any

import click
import pytest
from kedro.runner import AbstractRunner, ParallelRunner, SequentialRunner, ThreadRunner

from tests.tracking.runner_nodes import CATALOG, DRAW, LEARN, MAKE, REFUSE, leave_old_files

RUNNERS = [
    pytest.param(ThreadRunner, id="threads"),
    pytest.param(ParallelRunner, id="processes", marks=pytest.mark.slow),
]


def run(project: Any, runner: AbstractRunner) -> None:
    with project.session() as session:
        session.run(runner=runner)


@pytest.fixture
def content(project, tracked, client):
    """Run nodes; what MLflow has of the runs, by their names without the time."""
    leave_old_files(project.root)
    project.configure(catalog=CATALOG, parameters={"tracking": project.tracking, "cache": False})

    def made_by(runner: AbstractRunner) -> dict[str, Any]:
        before = {run.id for run in tracked()}
        run(project, runner)
        return {
            run.name.partition(" 2")[0]: {
                "parent": run.parent and run.parent.partition(" 2")[0],
                "status": run.status,
                "metrics": run.metrics,
                "tags": {k: v for k, v in run.tags.items() if not k.startswith("mlflow.")},
                "inputs": [(each.dataset.name, each.dataset.digest) for each in run.inputs],
                "files": {
                    file.path
                    for folder in (None, "figures")
                    for file in client.list_artifacts(run.id, folder)
                },
            }
            for run in tracked()
            if run.id not in before
        }

    return made_by


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_same_is_tracked(project, content, runner):
    project.register([MAKE, LEARN, DRAW])
    expected = content(SequentialRunner())
    assert set(expected) == {"stock_lstm", "net", "seed 0"}
    assert expected["stock_lstm"]["metrics"] == {"rmse": 2.0}
    drawn = {"figures", "figures/one.png", "figures/two.png", "report.json"}
    assert expected["stock_lstm"]["files"] == drawn
    assert content(runner(max_workers=2)) == expected


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_failing_node_is_named_with_its_sentence(project, tracked, runner):
    project.configure(catalog=CATALOG, parameters={"tracking": project.tracking})
    project.register([MAKE, REFUSE])
    with pytest.raises(click.ClickException) as caught:
        run(project, runner(max_workers=2))
    assert caught.value.message == "bars.csv has 3 rows: get some."
    (parent,) = tracked()
    assert parent.status == "FAILED"
    assert parent.tags["error"] == "bars.csv has 3 rows: get some."
    assert parent.tags["failed.node"] == "refuse"
    assert [each.dataset.name for each in parent.inputs] == ["bars"]  # made before


@pytest.mark.slow
def test_a_damaged_input_is_one_sentence_from_a_process_too(project, tracked):
    damaged = {
        "type": "dl_pipelines.io.atomic.AtomicDataset",
        "filepath": "data/bars.parquet",
        "dataset": {"type": "pandas.ParquetDataset"},
    }
    project.configure(
        catalog=CATALOG | {"stock_lstm.bars": damaged}, parameters={"tracking": project.tracking}
    )
    project.register([LEARN])
    (project.root / "data").mkdir()
    (project.root / "data/bars.parquet").write_bytes(b"no parquet")
    with pytest.raises(click.ClickException, match=r"bars\.parquet"):
        run(project, ParallelRunner(max_workers=2))
    (parent,) = tracked()
    assert (parent.status, parent.tags["failed.node"]) == ("FAILED", "learn")
    assert "bars.parquet" in parent.tags["error"]
