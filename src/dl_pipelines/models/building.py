"""Networks by name."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from torch import nn

from dl_pipelines.errors import SettingError

Network = TypeVar("Network", bound=nn.Module)


def build(
    builders: Mapping[str, Callable[..., Network]],
    architecture: str,
    settings: Mapping[str, Any],
    **shape: Any,
) -> Network:
    """Build a network with fresh weights.

    Args:
        builders: Builders by name.
        architecture: A key of `builders`.
        settings: Keyword arguments of that architecture, without those of `shape`.
        shape: Keyword arguments that every architecture of `builders` has.

    Raises:
        SettingError: If there is no such architecture, or it has no such setting or value.
    """
    if architecture not in builders:
        known = ", ".join(builders)
        raise SettingError(f"there is no architecture '{architecture}': choose one of {known}.")
    try:
        return builders[architecture](**shape, **settings)
    except (TypeError, ValueError, RuntimeError) as error:  # as torch's layers raise them
        raise SettingError(f"the settings of '{architecture}' do not fit: {error}.") from error
