"""The layers of data, one a folder of `data`, which `kedro viz` draws below each other."""

import re
from typing import Any

_LAYER = re.compile(r"data/\d\d_(?P<name>\w+)(/|$)")  # 05_model_input


def with_layers(entries: dict[str, Any]) -> dict[str, Any]:
    """Catalog entries with the layer that the folder of their files tells.

    Hooks could not do this: `kedro viz` leaves those of a project out.

    Args:
        entries: Name or pattern → catalog entry, whose paths are relative to the project's root.

    Returns:
        The same, with `metadata: {kedro-viz: {layer: ...}}` where `filepath` or `path` lies in such
        a folder and the entry does not say otherwise.
    """
    return {name: _with_layer(entry) for name, entry in entries.items()}


def _with_layer(entry: Any) -> Any:
    layer = _layer_of(entry) if isinstance(entry, dict) and "type" in entry else None
    if layer is None:
        return entry
    metadata = entry.get("metadata") or {}
    shown = {"layer": layer, **(metadata.get("kedro-viz") or {})}
    return {**entry, "metadata": {**metadata, "kedro-viz": shown}}


def _layer_of(entry: dict[str, Any]) -> str | None:
    found = _LAYER.match(str(entry.get("filepath") or entry.get("path")))
    return found["name"].replace("_", " ") if found else None
