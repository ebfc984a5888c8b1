"""What a run shows of nodes whose results an earlier run has made."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import DataCatalog
from kedro.pipeline.node import Node

from dl_pipelines.tracking.declared import Declared
from dl_pipelines.tracking.outbox import Outbox
from dl_pipelines.tracking.refusals import refused_status
from dl_pipelines.tracking.runs import RunTree

if TYPE_CHECKING:
    from mlflow.entities import Run

# By these, runs are compared. Curves, models, variants and seeds stay in the run that made them.
_SHOWN_AGAIN = ("artifact", "figures", "metrics", "note", "table", "tags")
_SOURCE = "data.source"
_ABSENT = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")  # what a store calls no run of its
TAG = "reused"  # of a run: JSON, by the id of an earlier run the nodes whose results it has made

Files = Mapping[str, list[Path]]  # of each output


class ReusedNodes:
    """The reused nodes of one run, for its page.

    The tag `reused` names the runs that have made nodes' results, and the nodes of each; so does
    the description. Those runs' data and models are those of this run, too. If the store has no
    finished run of an id that this user may see, because it was tracked elsewhere or not at all,
    deleted, or ended before it had logged all, everything is logged as if it had been made here.
    """

    def __init__(
        self, tree: RunTree, outbox: Outbox, declared: Mapping[str, Declared], namespace: str
    ) -> None:
        """Ask nothing yet.

        Args:
            tree: The run.
            outbox: What asks the store, and what sends.
            declared: The datasets that are tracked.
            namespace: What names in it begin with, with the dot.
        """
        self._tree, self._outbox = tree, outbox
        self._declared, self._namespace = declared, namespace
        self._sources: dict[str, Run | None] = {}

    def results(
        self, nodes: Mapping[Node, tuple[str, Files]], catalog: DataCatalog
    ) -> Iterator[tuple[str, Any]]:
        """Tag the run, and say what else of nodes it is to show.

        Args:
            nodes: The nodes; of each the run that has made its results, and their files.
            catalog: The catalog.

        Yields:
            Name and content of datasets; see `Declared.content`.
        """
        if nodes:
            self._name_runs({node.name: run_id for node, (run_id, _) in nodes.items()})
        for node, (run_id, files) in nodes.items():
            for name in self._shown(node, run_id):
                names = [file.name for file in files.get(name, ())]
                yield name, self._declared[name].content(name, names, catalog)

    def adopted(self, nodes: Mapping[Node, tuple[str, Files]]) -> list[Node]:
        """The nodes of which everything is logged here, as if this run had made their results.

        Args:
            nodes: See `results`.
        """
        return [node for node, (run_id, _) in nodes.items() if self._source(run_id) is None]

    def _name_runs(self, made_by: Mapping[str, str]) -> None:
        note = self._tree.note
        for node, run_id in made_by.items():
            note.reused.setdefault(run_id, []).append(node)
        told = {TAG: json.dumps(note.reused)}
        self._outbox.send(lambda: self._tree.log_tags((), told))

    def _shown(self, node: Node, run_id: str) -> list[str]:
        """The datasets of a node that the run is to show."""
        if self._source(run_id) is None:
            inputs = [name for name in node.inputs if self._kind(name) == "input"]
            return inputs + [name for name in node.outputs if self._kind(name)]
        own = [name for name in node.outputs if "." not in name.removeprefix(self._namespace)]
        return [name for name in own if self._kind(name) in _SHOWN_AGAIN]

    def _kind(self, name: str) -> str | None:
        return self._declared[name].kind if name in self._declared else None

    def _source(self, run_id: str) -> "Run | None":
        """A run that has logged all; its data and its models become those of this run, too."""
        if run_id not in self._sources:
            found = self._run(run_id)
            if found:
                self._tree.note.places[run_id] = found.info.experiment_id
            if found and (found.info.status, found.info.lifecycle_stage) != ("FINISHED", "active"):
                found = None
            self._sources[run_id] = found
            if found:
                self._outbox.send(partial(self._share, found))
        return self._sources[run_id]

    def _run(self, run_id: str) -> "Run | None":
        """A run, if this store has it and shows it to this user."""
        # heavy: imported when used
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        try:
            return self._outbox.ask(lambda: self._tree.client.get_run(run_id))
        except MlflowException as error:
            if error.error_code not in _ABSENT and refused_status(error) is None:
                raise
            return None

    def _share(self, source: "Run") -> None:
        client, own = self._tree.client, self._tree.run_id()
        if source.inputs and source.inputs.dataset_inputs:
            client.log_inputs(own, source.inputs.dataset_inputs)
        if source.outputs and source.outputs.model_outputs:
            client.log_outputs(own, source.outputs.model_outputs)
        if _SOURCE in source.data.tags:
            self._tree.log_tags((), {_SOURCE: source.data.tags[_SOURCE]})
