"""The Kedro hook that tracks a run in MLflow. Nodes know nothing of it."""

import atexit
import logging
import os
import threading
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from dl_pipelines.errors import TrackingError, user_error
from dl_pipelines.params import Tracking
from dl_pipelines.tracking.artifacts import KINDS, Entry
from dl_pipelines.tracking.declared import Declared, declared_entries, shown_results
from dl_pipelines.tracking.models import ModelQueue
from dl_pipelines.tracking.outbox import Outbox, patiently
from dl_pipelines.tracking.pages import announce
from dl_pipelines.tracking.provenance import used_parameters
from dl_pipelines.tracking.reused import ReusedNodes
from dl_pipelines.tracking.runs import RunTree
from dl_pipelines.tracking.start import start_runs
from dl_pipelines.tracking.store import tracking_failure
from dl_pipelines.tracking.unseen import UnseenOutputs

logger = logging.getLogger(__name__)


class MLflowHook:
    """One parent run a `kedro run`, below it a run a variant, below that a run a seed.

    The experiment is the pipeline. A dataset's namespace says which run it belongs to: of the
    pipeline `stock_lstm`, `stock_lstm.metrics` goes to the parent run and
    `stock_lstm.lstm.metrics` to the variant `lstm`; `artifacts.KINDS` has what entries declare.

    Only the process that runs the pipeline logs. What is saved in it is logged at once, from
    whichever thread; what worker processes have saved is logged from its files when the run ends.
    """

    def __init__(self, default_pipeline: str) -> None:
        """Name what a run that names no pipeline runs; MLflow is imported when a run starts."""
        self._default = default_pipeline
        self._settings = Tracking()
        self._tree: RunTree | None = None
        self._declared: dict[str, Declared] = {}
        self._lock = threading.RLock()  # hooks are called by the threads of a runner
        self._process, self._node = os.getpid(), ""

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Read the settings.

        Raises:
            SettingError: If the parameters under `tracking` are wrong.
        """
        parameters = context.config_loader["parameters"]
        self._settings = Tracking.model_validate(parameters.get("tracking") or {})
        self._root = context.project_path

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Start the parent run.

        Raises:
            TrackingError: If the store cannot be used and `tracking.required` is true.
            SettingError: If the catalog declares something that cannot be tracked.
        """
        self._abandon()  # a run of this process, say of a notebook, that was interrupted
        if not self._settings.enabled:
            return
        self._declared = declared_entries(pipeline.datasets(), catalog)
        self._unseen = UnseenOutputs(pipeline, catalog, self._declared)
        self._models, self._node = ModelQueue(patience := self._settings.patience_seconds), ""
        with self._tolerated():
            names = run_params["pipeline_names"] or [self._default]
            self._namespace = f"{names[0]}." if len(names) == 1 else ""
            params = used_parameters(pipeline, catalog, self._namespace)
            self._tree = start_runs(run_params, names, params, self._settings, self._root)
            self._outbox = Outbox(self._tree.client.tracking_uri, self._tree.clock, patience)
            self._reused = ReusedNodes(self._tree, self._outbox, self._declared, self._namespace)
            atexit.register(self._abandon)

    @hook_impl
    def tracked_run_id(self) -> str | None:
        """The id of the parent run."""
        return self._tree.run_id() if self._tree else None

    @hook_impl
    def after_nodes_reused(self, nodes: dict[Node, Any], catalog: DataCatalog) -> list[Node]:
        """Name the runs that have made nodes' results, and show what runs are compared by."""
        with self._tolerated():
            for name, data in self._reused.results(nodes, catalog) if self._tree else ():
                self._log(name, data, KINDS)
        return self._reused.adopted(nodes) if self._tree else []

    @hook_impl
    def before_dataset_loaded(self, node: Node) -> None:
        """Remember the node, for Kedro does not say where loading or saving failed."""
        self._node = node.name

    before_dataset_saved = on_node_error = before_dataset_loaded

    @hook_impl
    def after_dataset_loaded(self, dataset_name: str, data: Any) -> None:
        """Log an input that an earlier run has made."""
        self._log(dataset_name, data, {"input"})

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any) -> None:
        """Log what its catalog entry declares."""
        if self._tree:
            self._unseen.see(dataset_name)
        self._log(dataset_name, data, KINDS)

    @hook_impl
    def after_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Log what no hook has seen, end the runs and say where they are."""
        self._node = ""  # what fails from now on fails in none
        with self._tolerated():
            self._log_unseen()
            if self._tree:
                self._outbox.drain()
                self._models.wait(self._outbox.ask)
                self._tree.note.show(shown_results(pipeline, catalog), self._namespace)
                self._outbox.ask(lambda: self._end("FINISHED"))

    @hook_impl
    def on_pipeline_error(self, error: Exception) -> None:
        """Log what no hook has seen, end the runs as failed, with the error and the node."""
        self._node = getattr(error, "node", self._node)  # of several at a time the one that failed
        with suppress(Exception):  # the failure before this one is the one to be seen
            self._log_unseen()
        sentence = str(user_error(error) or f"{type(error).__name__}: {error}")
        self._fail(sentence, self._settings.patience_seconds)

    def _log(self, dataset_name: str, data: Any, kinds: Container[str]) -> None:
        """Log a dataset to its run if it is of one of these kinds; an input is logged once."""
        if self._process != os.getpid():  # a worker that was forked, perhaps with the lock held
            return
        with self._lock, self._tolerated():
            tree, declared = self._tree, self._declared.get(dataset_name)
            if tree is None or declared is None or declared.kind not in kinds:
                return
            if declared.kind == "input":
                del self._declared[dataset_name]
            *path, name = dataset_name.removeprefix(self._namespace).split(".")
            entry = Entry(tuple(path), name, data, declared.file)
            self._outbox.send(partial(KINDS[declared.kind], tree, entry, self._models))

    def _log_unseen(self) -> None:
        """Log what worker processes have saved."""
        for name, data in self._unseen.datasets() if self._tree else ():
            self._log(name, data, KINDS)

    def _end(self, status: str, failure: str = "") -> None:
        if tree := self._tree:
            self._models.close()
            if failure:
                tree.fail(failure, self._node)
            (self._outbox.flush if status == "FINISHED" else self._outbox.salvage)()
            tree.end_all(status)
            self._tree = None
            announce(status, tree.client.tracking_uri, tree.page())

    def _abandon(self) -> None:
        """End a run that nothing else has ended: it was interrupted."""
        atexit.unregister(self._abandon)
        with suppress(TrackingError), self._tolerated():  # which has told it
            self._end("KILLED")

    def _fail(self, sentence: str, patience: float = 0.0) -> None:
        """End the runs as failed; the failure itself is somebody else's to raise."""
        if (tree := self._tree) is None:
            return
        try:
            patiently(partial(self._end, "FAILED", sentence), tree.client.tracking_uri, patience)
        except Exception as error:  # the failure before this one is the one to be seen
            self._tree = None
            logger.warning("Its failure is untracked: %s", tracking_failure(error) or type(error))

    @contextmanager
    def _tolerated(self) -> Iterator[None]:
        """Make one sentence of the store's failures, and go on untracked if that is allowed."""
        try:
            yield
        except Exception as error:
            if (failure := tracking_failure(error)) is None:
                raise
            self._fail(str(failure))
            if self._settings.required:
                raise failure from error
            logger.warning("The run goes on untracked: %s", failure)
