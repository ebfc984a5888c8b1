import click
import pytest
from click.testing import CliRunner
from kedro.io import DataCatalog
from kedro.pipeline import Node, Pipeline

from dl_pipelines.exit_codes import ExitCodes
from dl_pipelines.settings import HOOKS
from dl_pipelines.terminal import TerminalReport

PIPELINE = Pipeline([Node(lambda: None, None, ["decision", "metrics"], name="decide")])


def finish(due: bool) -> None:
    metadata = {"exit_code": {"retraining_due": 3}}
    catalog = DataCatalog.from_config(
        {
            "decision": {"type": "MemoryDataset", "metadata": metadata},
            "metrics": {"type": "MemoryDataset"},
        }
    )
    catalog.save("decision", {"retraining_due": due})
    catalog.save("metrics", {"retraining_due": True})
    ExitCodes().after_pipeline_run(PIPELINE, catalog)


@pytest.mark.parametrize(("due", "code"), [(True, 3), (False, 0)])
def test_a_command_exits_as_its_dataset_says(due, code):
    command = click.Command("run", callback=lambda: finish(due))
    assert CliRunner().invoke(command).exit_code == code


def test_a_notebook_goes_on(caplog):
    with caplog.at_level("INFO"):
        finish(due=True)
    assert "decision says retraining_due: as a command, this run would exit with 3" in caplog.text


def test_a_run_without_the_node_that_decides_says_nothing():
    command = click.Command(
        "run", callback=lambda: ExitCodes().after_pipeline_run(Pipeline([]), DataCatalog({}))
    )
    assert CliRunner().invoke(command).exit_code == 0


def test_it_comes_after_what_is_printed_and_tracked():
    from kedro.framework.hooks.manager import _create_hook_manager

    manager = _create_hook_manager()
    for hook in HOOKS:
        manager.register(hook)
    calls = manager.hook.after_pipeline_run.get_hookimpls()  # pluggy calls them from the end
    assert [type(call.plugin) for call in calls].index(ExitCodes) == 0
    assert any(isinstance(call.plugin, TerminalReport) for call in calls)
