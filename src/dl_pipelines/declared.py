"""The settings that the project declares: names that do not exist are found, and guessed."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kedro.config import AbstractConfigLoader
from kedro.framework.project import settings
from omegaconf import OmegaConf

from dl_pipelines.errors import SettingError

_LIKE = 0.7  # how much of two names is the same, at least, where one may be a slip of the other


def check_parameters(given: Mapping[str, Any], base: Mapping[str, Any], used: set[str]) -> None:
    """Find misspelt names; inside a parameter that a node or the tracking hook uses, pydantic does.

    Args:
        given: All parameters of a run.
        base: Those of `conf/base`, which declares what there is.
        used: The names of those that nodes take.

    Raises:
        SettingError: If a name is in neither `base` nor `used`, or a used one is not given.
    """
    names = [name for name in _names(given) if not name.startswith("_")]
    checked = {*used, "tracking", "cache"}
    known = {_chosen(name) for name in _names(base)} | checked
    for name in names:
        parts = name.split(".")
        parents = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        if given.get(name) and isinstance(given[name], Mapping) and not _resembling(name, known):
            continue  # a group like none: its settings tell better which one was meant
        if name not in known and not parents & checked:
            raise SettingError(f"there is no parameter '{name}'; {advice(name, known)}")
    for name in sorted(used.difference(names)):
        raise SettingError(f"the parameter '{name}' is missing; {advice(name, names)}")


def check_globals(
    given: Mapping[str, Any], base: Mapping[str, Any], loader: AbstractConfigLoader
) -> None:
    """Find misspelt names in `globals.yml`, and its settings that a file of parameters sets.

    The catalog would go on with the other value, and so would what that setting chooses.

    Args:
        given: All parameters of a run.
        base: The globals of `conf/base`, which declares what there is.
        loader: What the parameters were loaded by.

    Raises:
        SettingError: If there is one.
    """
    known = set(_names(base))
    for name in _names(loader["globals"]):
        if name not in known:
            raise SettingError(
                f"there is no setting '{name}' for globals.yml; {advice(name, known)}"
            )
    found, typed = dict(_leaves(given)), dict(_leaves(loader.runtime_params))
    for name, value in _leaves(loader["globals"]):
        if name in found and name not in typed and found[name] != value:
            conf = Path(loader.conf_source)
            environment = loader.env or settings.CONFIG_LOADER_ARGS["default_run_env"]
            raise SettingError(
                f"{_file_of(name, conf, environment)} sets '{name}' to {found[name]}, which the "
                f"catalog does not see: set it in {conf.name}/{environment}/globals.yml instead."
            )


def _file_of(name: str, conf: Path, environment: str) -> str:
    """The file of parameters that has the last word on a setting."""
    for path in sorted(conf.joinpath(environment).rglob("parameters*.y*ml")):
        content: Any = OmegaConf.to_container(OmegaConf.load(path))
        if name in dict(_leaves(content)):
            return path.relative_to(conf.parent).as_posix()
    return f"{conf.name}/base"


def _chosen(name: str) -> str:
    """What a name is called once `${choose:…}` has taken its group: `_house.ames.x` → `house.x`."""
    group, _, rest = name.partition(".")
    return f"{group[1:]}.{rest.partition('.')[2]}" if name.startswith("_") else name


def _leaves(parameters: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted name and the value of each parameter that is no group."""
    for key, value in parameters.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _names(parameters: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The dotted names of all parameters, groups included."""
    for key, value in parameters.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _names(value, f"{prefix}{key}.")


def advice(name: str, known: Iterable[str]) -> str:
    """A guess, by the whole name or by its last part; else what there is to choose from.

    Args:
        name: A name that does not exist.
        known: Those that do, possibly dotted.
    """
    if near := _resembling(name, known):
        return f"did you mean '{near[0]}'?"
    return f"choose one of {', '.join(full for full in sorted(known) if '.' not in full)}."


def _resembling(name: str, known: Iterable[str]) -> list[str]:
    """Names that are like another, as a whole or in the last part; the nearest first."""
    known = sorted(known)
    last = {full.rpartition(".")[2]: full for full in reversed(known)}
    near = difflib.get_close_matches(name, known, n=1, cutoff=_LIKE)
    parts = difflib.get_close_matches(name.rpartition(".")[2], last, n=1, cutoff=_LIKE)
    return near + [last[part] for part in parts]
