import io

import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from rich.console import Console

from dl_pipelines.terminal import TerminalReport


@pytest.fixture
def shown() -> str:
    """What a run with a table, a text and a silent dataset shows."""
    table = pd.DataFrame({"forecaster": ["lstm", "naive"], "RMSE": [1234.567, float("nan")]})
    catalog = DataCatalog(
        {
            "table": MemoryDataset(table, metadata={"terminal": "table"}),
            "text": MemoryDataset("It is [bold] skill.", metadata={"terminal": "text"}),
            "silent": MemoryDataset("not to be seen"),
        }
    )
    node = Node(lambda: None, None, ["table", "text", "silent"], name="make")
    output = io.StringIO()
    report = TerminalReport(Console(file=output, width=80))
    report.after_pipeline_run(Pipeline([node]), catalog)
    return output.getvalue()


def test_tables_show_two_decimals_and_blanks(shown):
    assert "1,234.57" in shown
    assert "nan" not in shown


def test_small_and_large_numbers_keep_what_a_reader_needs():
    table = pd.DataFrame({"p": [0.00001, 0.0], "R²": [0.91, -0.03], "RMSE": [23_639.4, 1.0]})
    catalog = DataCatalog({"table": MemoryDataset(table, metadata={"terminal": "table"})})
    output = io.StringIO()
    node = Node(lambda: None, None, "table", name="make")
    TerminalReport(Console(file=output)).after_pipeline_run(Pipeline([node]), catalog)
    first, second = (line.split() for line in output.getvalue().splitlines()[-3:-1])
    assert (first, second) == (["<0.0001", "0.9100", "23,639"], ["0.0000", "-0.0300", "1"])


def test_only_what_the_catalog_declares_is_shown(shown):
    assert "not to be seen" not in shown


def test_brackets_in_a_text_are_brackets(shown):
    assert "It is [bold] skill." in shown
