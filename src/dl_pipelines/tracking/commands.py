"""The command that repeats a run."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kedro.framework.project import pipelines
from omegaconf import OmegaConf

from dl_pipelines.errors import without_login

_OPTIONS = (  # the key of Kedro's record of a run, the option of `kedro run`
    ("tags", "--tags"),
    ("from_nodes", "--from-nodes"),
    ("to_nodes", "--to-nodes"),
    ("node_names", "--nodes"),
    ("from_inputs", "--from-inputs"),
    ("to_outputs", "--to-outputs"),
    ("namespaces", "--namespaces"),
)
_CONDITION = ("if.", "unless.")  # what tags of nodes begin with that settings choose


@dataclass(frozen=True)
class Repetition:
    """How a run is repeated.

    Attributes:
        command: A command line.
        settings: Settings that no command line can give, as the YAML of a file of parameters;
            empty if there are none.
    """

    command: str
    settings: str


def repetition(run: Mapping[str, Any], names: list[str]) -> Repetition:
    """What a user types to repeat a run.

    Passwords in addresses are left out. Kedro parts settings at commas, so a setting with one, such
    as a list, belongs into a file.

    Args:
        run: Kedro's record of the run: `env`, `runtime_params`, and what chooses nodes.
        names: Its pipelines.
    """
    words = ["kedro", "run", "--pipelines" if len(names) > 1 else "--pipeline", ",".join(names)]
    if run.get("env") not in (None, "local"):
        words += ["--env", run["env"]]
    for key, option in _OPTIONS:
        given = run.get(key)
        if given and not (key == "node_names" and _chosen_by_settings(given, names)):
            words += [option, ",".join(given)]
    if run.get("only_missing_outputs"):
        words.append("--only-missing-outputs")
    typed, filed = [], OmegaConf.create()
    for name, value in _leaves(run.get("runtime_params") or {}):
        text = _typed(name, value)
        if text is None:
            OmegaConf.update(filed, name, value)
        else:
            typed.append(f"{name}={text}")
    words += ["--params", ",".join(typed)] if typed else []
    return Repetition(shlex.join(words), OmegaConf.to_yaml(filed) if filed else "")


def _leaves(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested settings by dotted names, as JSON has them."""
    for key, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", json.loads(without_login(json.dumps(value, default=str)))


def _typed(name: str, value: Any) -> str | None:
    """A value as `--params` takes it; None if it takes none that comes to the same."""
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for text in (plain, f'"{plain}"'):
        try:
            read = OmegaConf.to_container(OmegaConf.from_dotlist([f"{name}={text}"]))
        except Exception:  # noqa: S112 - whatever OmegaConf or YAML do not take
            continue
        same = dict(_leaves(read)) == {name: value}  # type: ignore[arg-type]
        if same and "," not in text and text == text.strip():
            return text
    return None


def _chosen_by_settings(named: list[str], names: list[str]) -> bool:
    """Whether the nodes of a run are those that a setting chooses, which nobody has to name.

    Such a choice never parts nodes of the same conditions.
    """
    taken: set[frozenset[str]] = set()
    left: set[frozenset[str]] = set()
    for node in (node for name in names for node in pipelines[name].nodes):
        conditions = frozenset(tag for tag in node.tags if tag.startswith(_CONDITION))
        (taken if node.name in named else left).add(conditions)
    return taken.isdisjoint(left)
