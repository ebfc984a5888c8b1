"""What the catalog says of datasets, without making them."""

from typing import Any
from weakref import WeakKeyDictionary

from kedro.io import CatalogConfigResolver, DataCatalog

_known: WeakKeyDictionary[CatalogConfigResolver, dict[str, dict[str, Any]]] = WeakKeyDictionary()


def entry_of(catalog: DataCatalog, name: str) -> dict[str, Any]:
    """The catalog entry of a dataset, with the placeholders of its pattern filled in.

    The dataset itself would import its class, and that what it reads and writes with: a second or
    two for what a run does not touch.

    Args:
        catalog: The catalog.
        name: Name of the dataset.

    Returns:
        The entry; its paths are absolute. Of a dataset without one only its type, in memory.
    """
    known = _known.setdefault(catalog.config_resolver, {})
    if name not in known:  # a run asks for each a dozen times
        known[name] = catalog.config_resolver.resolve_pattern(name)
    return known[name]


def metadata_of(catalog: DataCatalog, name: str) -> dict[str, Any]:
    """The free notes in a dataset's catalog entry; empty if there are none."""
    return entry_of(catalog, name).get("metadata") or {}
