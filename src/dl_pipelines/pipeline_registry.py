"""The pipelines of the project: each folder of `pipelines` is one."""

from pathlib import Path

from kedro.framework import project
from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline

from dl_pipelines.reuse.sketches import Sketches

DEFAULT_PIPELINE = "stock_lstm"


def register_pipelines() -> dict[str, Pipeline]:
    """The pipelines that are asked for, by name; a run that names none gets the default.

    Raises:
        ImportError: If a pipeline cannot be imported.
    """
    names = project.pipelines._requested_pipelines  # by a run; Kedro has no public name for them
    if not names:
        pipelines = find_pipelines(raise_errors=True)
        return pipelines | {"__default__": pipelines[DEFAULT_PIPELINE]}
    sketches = Sketches(Path.cwd())
    known = sketches.read(names)
    if known is None:
        known = find_pipelines(raise_errors=True)
        sketches.write(known)
    return known
