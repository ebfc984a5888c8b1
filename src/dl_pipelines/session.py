"""What a user meets around a run: names that are checked, and errors in one sentence."""

import logging
import pkgutil
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import click
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines, settings
from kedro.framework.session import KedroSession
from kedro.pipeline.node import Node
from kedro.runner import AbstractRunner, SequentialRunner
from kedro.validation import ParameterValidationError

from dl_pipelines import pipelines as pipelines_package
from dl_pipelines.configuration import base_settings
from dl_pipelines.declared import advice, check_globals, check_parameters
from dl_pipelines.errors import SettingError, user_error
from dl_pipelines.pipeline_registry import DEFAULT_PIPELINE
from dl_pipelines.reuse.hook import ReuseHook, ReuseSpecs
from dl_pipelines.reuse.runner import ReusingRun
from dl_pipelines.runners import prepare
from dl_pipelines.selection import chosen_nodes, conditions, names_nodes
from dl_pipelines.sole_run import running_alone

logger = logging.getLogger(__name__)

_ASKED_FOR_WHAT_IS_NOT_THERE = (  # how Kedro begins what it says of --from-nodes and its like
    "Pipeline does not contain",
    "Pipeline contains no nodes",
    "Pipeline input(s)",
)
# OmegaConf loses the cause where one interpolation is within another.
_RAISED_IN_A_RESOLVER = re.compile(r"SettingError raised while resolving interpolation: (.+)")
_SIGTERM_EXIT = 128 + signal.SIGTERM


class NodeLog:
    """Says which node runs; Kedro's own line lists all its inputs and outputs."""

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        """One line a node."""
        logger.info("Running %s", node.name)


class ProjectSession(KedroSession):
    """Kedro's session; a user's mistake ends it with one sentence instead of a traceback."""

    _context: KedroContext | None = None

    def run(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Run a pipeline; see `KedroSession.run`.

        Raises:
            click.ClickException: If the user can do something about the failure. The message is
                one sentence, and the `kedro` command exits with 1.
        """
        try:
            names = _asked_for(kwargs)
            _check_pipelines(names)
            _check_environment(self.store.get("env"), Path(self._conf_source))
            # Relative paths in the settings are the project's, wherever the command was typed.
            root = self._project_path
            with chdir(root), _termination_as_exit(), running_alone(names, root / "data"):
                runner = kwargs.get("runner") or SequentialRunner()
                prepare(runner)
                self._let_reuse(runner, reuse=not names_nodes(kwargs))
                return super().run(*args, **self._with_chosen(kwargs) | {"runner": runner})
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error

    def _let_reuse(self, runner: AbstractRunner, *, reuse: bool) -> None:
        """Let a runner leave out what need not run again; Kedro's hooks cannot."""
        self._hook_manager.add_hookspecs(ReuseSpecs)
        for hook in settings.HOOKS:
            if isinstance(hook, ReuseHook):
                reusing: Any = ReusingRun(runner, hook, reuse=reuse)
                runner.run = reusing  # type: ignore[method-assign]

    def _with_chosen(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a run, with the nodes that the settings choose if none is named."""
        names = asked["pipeline_names"] = _asked_for(asked)
        asked.pop("pipeline_name", None)
        pipelines.set_requested(names)
        nodes = [node for name in names for node in pipelines[name].nodes]
        if asked.get("node_names") or not conditions(nodes):
            return asked
        settings = self.load_context().config_loader["parameters"]
        return {**asked, "node_names": chosen_nodes(nodes, settings)}

    def load_context(self) -> KedroContext:
        """The project's context.

        Raises:
            SettingError: If a parameter of the command line or of an environment's folder is one
                that the project does not have, or belongs into `globals.yml`.
        """
        if self._context is not None:
            return self._context
        # Before the context's own loader: the loader made last resolves `${globals:}` for all.
        base = base_settings(self._conf_source)
        context = super().load_context()
        used = {
            name.removeprefix("params:")
            for pipeline in pipelines.values()
            for name in pipeline.inputs()
            if name.startswith("params:")
        }
        # Kedro imports only the pipelines of the run: which settings the others have is not known.
        groups = {name.partition(".")[0] for name in used}
        others = set(_pipeline_names()).difference(pipelines, groups)
        loaded = context.config_loader["parameters"]
        given = {name: value for name, value in loaded.items() if name not in others}
        check_parameters(given, base["parameters"], used)
        check_globals(loaded, base["globals"], context.config_loader)
        # Kedro makes a dataset of each parameter there is, also of templates that others are made
        # from, which takes half a second.
        context.config_loader["parameters"] = {
            name: value for name, value in given.items() if not name.startswith("_")
        }
        self._context = context
        return context


def _check_environment(env: str | None, conf_source: Path) -> None:
    known = [folder.name for folder in conf_source.glob("[!.]*") if folder.is_dir()]
    if env and known and env not in known:  # none are known where conf is an archive
        raise SettingError(f"there is no environment '{env}'; {advice(env, known)}")


def _pipeline_names() -> list[str]:
    """The folders of `pipelines`, imported or not."""
    modules = pkgutil.iter_modules(pipelines_package.__path__)
    return [module.name for module in modules if module.ispkg]


def _asked_for(asked: dict[str, Any]) -> list[str]:
    """The pipelines of a run; by its name the default is found without looking at all others."""
    names = asked.get("pipeline_names") or [asked.get("pipeline_name")]
    return [DEFAULT_PIPELINE if name in (None, "__default__") else name for name in names]


def _check_pipelines(names: list[str]) -> None:
    known = _pipeline_names()
    for name in names:
        if name not in known:
            raise SettingError(f"there is no pipeline '{name}'; {advice(name, known)}")


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
    if raised := _RAISED_IN_A_RESOLVER.match(str(error)):
        return raised[1]
    if isinstance(error, ValueError) and str(error).startswith(_ASKED_FOR_WHAT_IS_NOT_THERE):
        return str(error).partition("\n")[0]
    return None
