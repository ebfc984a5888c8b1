"""The hook that ends a run with what it found: tables and sentences on the terminal."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pandas as pd
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from rich import box
from rich.console import Console
from rich.table import Table

from dl_pipelines.frames.shown import as_text
from dl_pipelines.io.entries import metadata_of


class TerminalReport:
    """Prints the datasets whose catalog entry says `metadata: {terminal: table | text | sentence}`.

    A node is a pure function and prints nothing; which of its results a reader wants to see at
    the end of a run is a matter of the catalog.
    """

    def __init__(self, console: Console | None = None) -> None:
        """Print to `console`, by default the standard output."""
        self._console = console or Console()

    @hook_impl
    def after_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Print what the pipeline made, in its own order."""
        for node in pipeline.nodes:
            for name in node.outputs:
                if kind := metadata_of(catalog, name).get("terminal"):
                    self._console.print(
                        _RENDERERS[kind](catalog.load(name)), markup=False, highlight=False
                    )


def _table(frame: pd.DataFrame) -> Table:
    """A frame as a table, numbers to the right."""
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in frame:
        numeric = pd.api.types.is_numeric_dtype(frame[column])
        table.add_column(str(column), justify="right" if numeric else "left", no_wrap=not numeric)
    for cells in as_text(frame).itertuples(index=False):
        table.add_row(*cells)
    return table


_RENDERERS: dict[str, Callable[[Any], Any]] = {
    "table": _table,
    "text": str,
    "sentence": itemgetter("sentence"),  # of a mapping that holds one
}
