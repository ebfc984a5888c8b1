"""The hook that remembers what each node was made from and what it has made."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.hooks.markers import hook_spec
from kedro.io import DataCatalog
from kedro.pipeline.node import Node

from dl_pipelines.errors import SettingError
from dl_pipelines.reuse.fingerprints import Files
from dl_pipelines.reuse.records import Records, Reused, data_of


class ReuseSpecs:
    """What hooks are told and asked beside Kedro's own specifications."""

    @hook_spec(firstresult=True)
    def tracked_run_id(self) -> str | None:
        """The id of the run that is going on, where runs are tracked."""

    @hook_spec
    def after_nodes_reused(
        self, nodes: dict[Node, Reused], catalog: DataCatalog
    ) -> list[Node] | None:
        """Nodes have not run, for their results are there.

        Args:
            nodes: The nodes, and where their results come from.
            catalog: The catalog, which has the results.

        Returns:
            The nodes whose results are from now on those of this run, for it shows all of them.
        """


@dataclass
class _Work:
    """A node that is running: what was loaded for it, and what has been saved."""

    inputs: dict[str, str | None] = field(default_factory=dict)
    outputs: dict[str, Files | None] = field(default_factory=dict)


class ReuseHook:
    """Writes a record of each node when it has saved its last output.

    A worker process of Kedro's ParallelRunner writes those of its own nodes.

    Attributes:
        enabled: The parameter `cache`: whether results may be reused. They are remembered anyway.
        records: Of the run that is going on; whoever starts it sets them.
    """

    def __init__(self) -> None:
        """Nothing is read before a run begins."""
        self.enabled = True
        self.records: Records | None = None
        self._running: dict[str, _Work] = {}

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Read the parameter `cache`.

        Raises:
            SettingError: If it is neither true nor false.
        """
        self.enabled = context.config_loader["parameters"].get("cache", True)
        if not isinstance(self.enabled, bool):
            raise SettingError(f"the setting 'cache' is {self.enabled!r}: set it to true or false.")

    @hook_impl
    def before_pipeline_run(self) -> None:
        """Forget nodes of a run before that did not finish."""
        self._running.clear()

    @hook_impl
    def before_dataset_loaded(self, dataset_name: str, node: Node) -> None:
        """Note what an input holds, before it is read: what changes later is noticed next time."""
        if self.records and dataset_name in data_of(node):
            self.records.begin([node])
            inputs = self._work(node).inputs
            inputs.setdefault(dataset_name, self.records.fingerprints.content(dataset_name))

    @hook_impl
    def before_node_run(self, node: Node, catalog: DataCatalog, run_id: str) -> None:
        """In a process that was started afresh, begin here: Kedro hands it the catalog only now."""
        if self.records is None:
            self.records = Records(Path.cwd(), catalog, run_id)
            self.records.begin([node])
            for name in data_of(node):
                self.before_dataset_loaded(name, node)

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any, node: Node) -> None:
        """Write the node's record if this was its last output."""
        if self.records:
            work = self._work(node)
            work.outputs[dataset_name] = self.records.fingerprints.written(dataset_name, data)
            if work.outputs.keys() == set(node.outputs):
                self.records.finish(node, work.inputs, work.outputs)
                del self._running[node.name]

    def _work(self, node: Node) -> _Work:
        return self._running.setdefault(node.name, _Work())
