"""What the configuration can call, as `${choose:…}`, beside OmegaConf's own resolvers."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dl_pipelines.errors import SettingError

_DIGITS = 8  # of a path's digest


def choose(setting: str, value: str, profiles: Mapping[str, Any]) -> Any:
    """Pick one of several groups of settings; `${choose:…}` in the configuration.

    In a file of parameters, `house_price: ${choose:house.dataset, ${house.dataset}, ${_profiles}}`
    takes the settings that `_profiles` has for the data set.

    Args:
        setting: Name of the setting that decides.
        value: Its value.
        profiles: What there is to choose from, by that value.

    Raises:
        SettingError: If there is nothing for that value.
    """
    if value not in profiles:
        known = ", ".join(profiles)
        raise SettingError(f"the setting '{setting}' is {value}: choose one of {known}.")
    return profiles[value]


def own_or(path: object, name: str) -> str:
    """What a data set is called; `${own_or:…}` in the configuration.

    Args:
        path: The user's own data, if there are any.
        name: The data set otherwise.
    """
    return name if path is None else "own"


def folder_of(path: object, name: str) -> str:
    """A folder for what comes of a data set; `${folder_of:…}` in the configuration.

    Args:
        path: The user's own data, if there are any; others at another path have another folder.
        name: The data set otherwise.
    """
    if path is None:
        return name
    own = Path(os.path.normpath(str(path)))
    return f"own-{own.name}-{hashlib.sha256(os.fsencode(own)).hexdigest()[:_DIGITS]}"
