"""The pipelines of the project: each folder of `pipelines` is one."""

from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline

DEFAULT_PIPELINE = "stock_lstm"


def register_pipelines() -> dict[str, Pipeline]:
    """The pipelines that are asked for, by name; a run that names none gets the default.

    Raises:
        ImportError: If a pipeline cannot be imported.
    """
    pipelines = find_pipelines(raise_errors=True)
    if "__default__" in pipelines:
        pipelines["__default__"] = pipelines[DEFAULT_PIPELINE]
    return pipelines
