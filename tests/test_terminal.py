import io
from typing import Any

import pandas as pd
import pytest
from kedro.io import DataCatalog
from kedro.pipeline import Node, Pipeline
from rich.console import Console

from dl_pipelines.terminal import TerminalReport


def catalog_of(**datasets: tuple[str | None, Any]) -> DataCatalog:
    """A catalog of datasets: how each is shown, if at all, and what it holds."""
    catalog = DataCatalog.from_config(
        {
            name: {"type": "MemoryDataset", "metadata": {"terminal": kind} if kind else None}
            for name, (kind, _) in datasets.items()
        }
    )
    for name, (_, data) in datasets.items():
        catalog.save(name, data)
    return catalog


@pytest.fixture
def shown() -> str:
    """What a run with a table, a text and a silent dataset shows."""
    table = pd.DataFrame({"forecaster": ["lstm", "naive"], "RMSE": [1234.567, float("nan")]})
    catalog = catalog_of(
        table=("table", table),
        text=("text", "It is [bold] skill."),
        judged=("sentence", {"sentence": "It is champion.", "digest": "1e95"}),
        silent=(None, "not to be seen"),
    )
    node = Node(lambda: None, None, ["table", "text", "judged", "silent"], name="make")
    output = io.StringIO()
    report = TerminalReport(Console(file=output, width=80))
    report.after_pipeline_run(Pipeline([node]), catalog)
    return output.getvalue()


def test_tables_show_two_decimals_and_blanks(shown):
    assert "1,234.57" in shown
    assert "nan" not in shown


def test_small_and_large_numbers_keep_what_a_reader_needs():
    table = pd.DataFrame({"p": [0.00001, 0.0], "R²": [0.91, -0.03], "RMSE": [23_639.4, 1.0]})
    catalog = catalog_of(table=("table", table))
    output = io.StringIO()
    node = Node(lambda: None, None, "table", name="make")
    TerminalReport(Console(file=output)).after_pipeline_run(Pipeline([node]), catalog)
    first, second = (line.split() for line in output.getvalue().splitlines()[-3:-1])
    assert (first, second) == (["<0.0001", "0.9100", "23,639"], ["0.0000", "-0.0300", "1"])


def test_only_what_the_catalog_declares_is_shown(shown):
    assert "not to be seen" not in shown


def test_brackets_in_a_text_are_brackets(shown):
    assert "It is [bold] skill." in shown


def test_of_a_mapping_its_sentence_is_shown(shown):
    assert "It is champion." in shown
    assert "1e95" not in shown
