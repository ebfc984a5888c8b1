"""How the pipelines wire functions to datasets."""

from collections.abc import Callable, Iterable
from typing import Any

from kedro.pipeline import Node


def adapter(
    function: Callable[..., Any],
    inputs: Iterable[str],
    outputs: str | list[str],
    *,
    name: str | None = None,
    **renamed: str,
) -> Node:
    """A node whose function's arguments are called like its inputs.

    Args:
        function: The function.
        inputs: Datasets and parameters, each for the argument of its name.
        outputs: Datasets.
        name: Name of the node; that of the function if None.
        renamed: Argument → a dataset or parameter of another name.
    """
    arguments = {dataset.removeprefix("params:"): dataset for dataset in inputs} | renamed
    return Node(function, arguments, outputs, name=name or function.__name__)
