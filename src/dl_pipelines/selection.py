"""Which nodes of a pipeline a run takes, where its settings decide on that.

A pipeline is a fixed list of nodes. A node with the tag `if.<setting>` takes part where that
setting is given, one with `unless.<setting>` where it is null: `stock_lstm` runs on one index, or,
with `stock.universe`, on many symbols.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kedro.pipeline.node import Node

_IF, _UNLESS = "if.", "unless."
_NAMING = (  # the arguments of `KedroSession.run` that choose nodes
    *("tags", "node_names", "from_nodes", "to_nodes", "from_inputs", "to_outputs", "namespaces"),
    "only_missing_outputs",
)


def names_nodes(asked: Mapping[str, Any]) -> bool:
    """Whether whoever asks for a run says which nodes are to run.

    Args:
        asked: The arguments of `KedroSession.run`.
    """
    return any(asked.get(name) for name in _NAMING)


def conditions(nodes: Iterable[Node]) -> bool:
    """Whether a setting decides on any node."""
    return any(tag.startswith((_IF, _UNLESS)) for node in nodes for tag in node.tags)


def chosen_nodes(nodes: Iterable[Node], settings: Mapping[str, Any]) -> list[str]:
    """The names of the nodes that take part.

    Args:
        nodes: The nodes of a pipeline.
        settings: All parameters of the run, nested.
    """
    return [node.name for node in nodes if _takes_part(node, settings)]


def _takes_part(node: Node, settings: Mapping[str, Any]) -> bool:
    wanted = [tag.removeprefix(_IF) for tag in node.tags if tag.startswith(_IF)]
    unwanted = [tag.removeprefix(_UNLESS) for tag in node.tags if tag.startswith(_UNLESS)]
    return all(_given(settings, name) for name in wanted) and not any(
        _given(settings, name) for name in unwanted
    )


def _given(settings: Any, name: str) -> bool:
    """Whether a dotted setting is there and not null."""
    for part in name.split("."):
        settings = settings.get(part) if isinstance(settings, Mapping) else None
    return settings is not None
