"""The hook that checks a parameter as each node that takes it wants it.

Kedro checks a parameter once, as one of its nodes annotates it. Where another node wants a
narrower model (`OneProcess` of a `Compute`), that would be found out by nobody.
"""

import inspect
from collections.abc import Iterator
from typing import Any, get_type_hints

from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from dl_pipelines.params import Settings


class NarrowerSettings:
    """Builds the settings that a node annotates from those that Kedro has built."""

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Check the parameters of all nodes that will run, before a run is tracked.

        Raises:
            SettingError: If a value does not suit a node.
        """
        for node in pipeline.nodes:
            for name, wanted in _settings(node):
                given = catalog.load(name)
                if issubclass(wanted, type(given)) and wanted is not type(given):
                    wanted.model_validate(given.model_dump())


def _settings(node: Node) -> Iterator[tuple[str, type[Settings]]]:
    """Name and model of each parameter of a node that has a model."""
    hints = get_type_hints(node.func)
    for argument, name in _arguments(node).items():
        wanted = hints.get(argument)
        if isinstance(name, str) and isinstance(wanted, type) and issubclass(wanted, Settings):
            yield name, wanted


def _arguments(node: Node) -> dict[str, Any]:
    """The dataset of each argument."""
    inputs: Any = node._inputs
    signature = inspect.signature(node.func)
    if isinstance(inputs, dict):
        return signature.bind(**inputs).arguments
    return signature.bind(*([inputs] if isinstance(inputs, str) else inputs or [])).arguments
