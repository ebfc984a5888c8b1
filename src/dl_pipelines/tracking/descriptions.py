"""What MLflow's pages say of themselves, in Markdown: experiments, and runs below others.

The page of a whole run is `tracking.run_note`, those of registered models `tracking.model_notes`.
"""

import ast
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from dl_pipelines.frames.shown import as_text

NOTE = "mlflow.note.content"  # the tag that MLflow shows as the description

_ROWS = 25  # of a table; the whole of it is among the run's artifacts


def about(pipeline: str) -> str:
    """What a pipeline is, what to look at first and where that is documented.

    It is the docstring of the pipeline's package, which is read and not imported: a run that reuses
    everything imports no pipeline.

    Args:
        pipeline: Its name.

    Returns:
        Paragraphs, the first one a sentence; empty if there is no such pipeline.
    """
    package = find_spec(f"dl_pipelines.pipelines.{pipeline}")
    if package is None or package.origin is None:
        return ""
    return ast.get_docstring(ast.parse(Path(package.origin).read_text(encoding="utf-8"))) or ""


def experiment_note(pipelines: Iterable[str]) -> str:
    """The description of an experiment.

    Args:
        pipelines: Those that a run of it runs.
    """
    told = [text for pipeline in pipelines if (text := about(pipeline))]
    layout = (
        "A run here is one `kedro run`; its description begins with the verdict and says how to "
        "repeat it. The runs below it are its variants, and below those their seeds, with the "
        "curves of each training."
    )
    return "\n\n".join([*told, layout])


def nested_note(path: tuple[str, ...], name: str, place: str) -> str:
    """The description of a run below another.

    Args:
        path: Its place below the whole run, e.g. `("lstm", "seed 0")`.
        name: The name of the whole run.
        place: The place of its page.
    """
    whole = f"[{name}]({place})"
    kind, _, number = path[-1].partition(" ")
    above = f"`{'.'.join(path[:-1])}` of {whole}" if path[:-1] else whole
    if kind == "seed":
        return (
            f"One training of {above}, from random seed {number}: its curves are under Model "
            "metrics. How far the seeds differ is how far chance goes."
        )
    if kind == "trial":
        return (
            f"Trial {number} of the search {above}: the parameters that were tried, what came of "
            "them (`value`, the smaller the better) and how long it took (`seconds`)."
        )
    return (
        f"`{'.'.join(path)}` of {whole}, whose page has the verdict and the comparison. Here are "
        "its own parameters, metrics, figures and model, where it has such; runs below it are its "
        "seeds."
    )


def table_block(frame: pd.DataFrame) -> str:
    """A table in Markdown, as the terminal shows it, numbers to the right.

    It is a block of text, for MLflow shows cells of a Markdown table without space between them.

    Args:
        frame: The table; of a long one the first rows are shown.
    """
    shown = as_text(frame.head(_ROWS))
    widths = [max(len(str(name)), *map(len, shown[name])) for name in shown]
    right = [pd.api.types.is_numeric_dtype(frame[column]) for column in frame]
    lines = [
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in [[*shown], *shown.to_numpy().tolist()]
    ]
    left_out = [f"… {len(frame) - len(shown):,} more rows"] if len(frame) > len(shown) else []
    return "\n".join(["```", *lines, *left_out, "```"])


def escaped(text: str) -> str:
    """A text for Markdown: its asterisks are asterisks."""
    return text.replace("*", r"\*")
