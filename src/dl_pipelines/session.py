"""What a user meets around a run: configuration that is checked, and errors in one sentence."""

import difflib
import logging
import pkgutil
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from kedro.config import MissingConfigException, OmegaConfigLoader
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines, settings
from kedro.framework.session import KedroSession
from kedro.pipeline.node import Node
from kedro.validation import ParameterValidationError

from dl_pipelines import pipelines as pipelines_package
from dl_pipelines.errors import SettingError, user_error

logger = logging.getLogger(__name__)

_SIGTERM_EXIT = 128 + signal.SIGTERM


class ProjectConfigLoader(OmegaConfigLoader):
    """Kedro's loader, which finds the credentials of `conf/local` in every environment.

    `kedro run --env tushare` reads `conf/base` and `conf/tushare`; secrets belong into the one
    folder that git ignores, whatever the environment. Credentials that a catalog entry names but
    no file holds are empty: its dataset knows where else to look, or what to say.
    """

    def __getitem__(self, key: str) -> Any:
        """Load a kind of configuration, e.g. `parameters`."""
        if key != "credentials":
            return super().__getitem__(key)
        named = {entry.get("credentials") for entry in self["catalog"].values()}
        empty: dict[str, Any] = {name: {} for name in named if isinstance(name, str)}
        return empty | self._local_credentials() | self._credentials()

    def _credentials(self) -> dict[str, Any]:
        try:
            return dict(super().__getitem__("credentials"))
        except MissingConfigException:
            return {}

    def _local_credentials(self) -> dict[str, Any]:
        folder = str(Path(self.conf_source) / self.default_run_env)
        patterns = self.config_patterns["credentials"]
        try:
            # The last argument: credentials may refer to environment variables.
            found = self.load_and_merge_dir_config(folder, patterns, "credentials", set(), True)
        except MissingConfigException:
            return {}
        return dict(found)


class NodeLog:
    """Says which node runs; Kedro's own line lists all its inputs and outputs."""

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        """One line a node."""
        logger.info("Running %s", node.name)


class ProjectSession(KedroSession):
    """Kedro's session; a user's mistake ends it with one sentence instead of a traceback."""

    def run(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Run a pipeline; see `KedroSession.run`.

        Raises:
            click.ClickException: If the user can do something about the failure. The message is
                one sentence, and the `kedro` command exits with 1.
        """
        try:
            _check_names(kwargs.get("pipeline_names") or [kwargs.get("pipeline_name")])
            with _termination_as_exit():
                return super().run(*args, **kwargs)
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error

    def load_context(self) -> KedroContext:
        """The project's context.

        Raises:
            SettingError: If a parameter of the command line or of an environment's folder is one
                that the project does not have.
        """
        # Before the context's own loader: the loader made last resolves `${globals:}` for all.
        base = _base_parameters(self._conf_source)
        context = super().load_context()
        typed = {
            name.removeprefix("params:")
            for pipeline in pipelines.values()
            for name in pipeline.inputs()
            if name.startswith("params:")
        }
        _check_parameters(context.config_loader["parameters"], base, typed | {"tracking"})
        return context


def _base_parameters(conf_source: str) -> dict[str, Any]:
    """The parameters that the project has, without those of an environment or a command line."""
    base = settings.CONFIG_LOADER_ARGS["base_env"]
    loader = ProjectConfigLoader(conf_source, base, base_env=base)
    return dict(loader["parameters"])


def _check_names(names: list[str | None]) -> None:
    known = [module.name for module in pkgutil.iter_modules(pipelines_package.__path__)]
    for name in names:
        if name and name not in [*known, "__default__"]:
            raise SettingError(f"there is no pipeline '{name}'; {_advice(name, known)}")


def _check_parameters(given: Mapping[str, Any], base: Mapping[str, Any], typed: set[str]) -> None:
    """Find names that `conf/base` does not have; inside a typed parameter pydantic does it."""
    known = set(_names(base)) | typed
    for name in _names(given):
        parts = name.split(".")
        parents = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        if name not in known and not parents & typed:
            raise SettingError(f"there is no parameter '{name}'; {_advice(name, sorted(known))}")


def _names(parameters: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The dotted names of all parameters, groups included."""
    for key, value in parameters.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _names(value, f"{prefix}{key}.")


def _advice(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"choose one of {', '.join(known)}."


@contextmanager
def _termination_as_exit() -> Iterator[None]:
    """Let SIGTERM unwind the run as Ctrl-C does, so that workers end and the run is marked."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may change what a signal does
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(_SIGTERM_EXIT))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _sentence(error: Exception) -> str | None:
    """What to tell the user about a failure; None if it is a bug, whose traceback is wanted."""
    if mistake := user_error(error):
        return str(mistake)
    if isinstance(error, ParameterValidationError):
        # "…failed:\n- Parameter 'x': Failed to instantiate Model for parameter 'x': …"
        findings = re.findall(
            r"^- Parameter ('.+?'): (?:.+? for parameter \1: )?(.+)$", str(error), re.M
        )
        return "; ".join(f"parameter {name}: {finding}" for name, finding in findings)
    if isinstance(error, MissingConfigException):
        return str(error)
    return None
