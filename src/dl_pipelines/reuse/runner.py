"""A runner that leaves out nodes whose results are there."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node
from kedro.runner import AbstractRunner

from dl_pipelines.errors import DataError
from dl_pipelines.reuse.hook import ReuseHook
from dl_pipelines.reuse.records import Record, Records
from dl_pipelines.reuse.sketches import imported

logger = logging.getLogger(__name__)


@dataclass
class _Wave:
    """What to do with nodes.

    Attributes:
        now: Those to run.
        waiting: Those that may have to run, which is known after the others.
        reused: Those that need not run, and what is remembered of them.
    """

    now: list[Node] = field(default_factory=list)
    waiting: list[Node] = field(default_factory=list)
    reused: dict[Node, Record] = field(default_factory=dict)


class ReusingRun:
    """Stands in for the `run` of a Kedro runner, of whichever kind.

    What a node needs may be made anew and yet be the same. So a node whose own code, parameters
    and outputs are as they were waits until its inputs are final, and is then judged by what they
    hold: the pipeline runs in waves, each by the runner itself.
    """

    def __init__(self, runner: AbstractRunner, hook: ReuseHook, *, reuse: bool) -> None:
        """Name what runs nodes and what remembers them.

        Args:
            runner: Runs the nodes of a wave. It may have run before, by another stand-in.
            hook: Remembers nodes.
            reuse: Whether nodes may be left out.
        """
        before: Any = runner.run
        own = before._run if isinstance(before, ReusingRun) else before
        self._run: Callable[..., Mapping[str, Any]] = own
        self._hook = hook
        self._reuse = reuse

    def __call__(
        self,
        pipeline: Pipeline,
        catalog: Any,
        hook_manager: Any,
        run_id: str,
        only_missing_outputs: bool = False,
    ) -> Mapping[str, Any]:
        """Run a pipeline; see `AbstractRunner.run`."""
        # Worker processes of a runner are told this name, too.
        run_id = hook_manager.hook.tracked_run_id() or run_id
        records = self._hook.records = Records(Path.cwd(), catalog, run_id)
        records.begin(pipeline.nodes)  # before any of their functions is imported
        if unreadable := records.fingerprints.unreadable:
            logger.warning("Nothing is reused before this is corrected: %s", unreadable)
        try:
            if not (self._reuse and self._hook.enabled):
                nodes = Pipeline([imported(node) for node in pipeline.nodes])
                return self._run(nodes, catalog, hook_manager, run_id, only_missing_outputs)
            waiting = pipeline.nodes
            while waiting:
                wave = next_wave(waiting, records)
                told = {node: records.reused(record) for node, record in wave.reused.items()}
                shown = hook_manager.hook.after_nodes_reused(nodes=told, catalog=catalog)
                for node in chain.from_iterable(shown):
                    records.write(node, replace(wave.reused[node], run=run_id))
                if wave.now:
                    nodes = Pipeline([imported(node) for node in wave.now])
                    self._run(nodes, catalog, hook_manager, run_id)
                waiting = wave.waiting
        except BaseException:
            with suppress(DataError):  # the failure before this one is the one to be seen
                records.fingerprints.save()
            raise
        records.fingerprints.save()
        return _Results(catalog, pipeline.outputs())


class _Results(Mapping[str, Any]):
    """The datasets of results, each made when it is asked for: that imports what it needs."""

    def __init__(self, catalog: DataCatalog, names: Iterable[str]) -> None:
        self._catalog, self._names = catalog, sorted(names)

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return self._catalog[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def next_wave(nodes: list[Node], records: Records) -> _Wave:
    """Decide what runs now, what waits for it, and what need not run.

    Args:
        nodes: In the order of the pipeline.
        records: What is remembered of them.
    """
    wave = _Wave()
    made: set[str] = set()  # outputs that are not final yet
    undecided: set[str] = set()  # among them those of nodes that wait
    for node in nodes:
        record = records.read(node)
        reason = records.obstacle(node, record)
        if record and reason is None and made.isdisjoint(node.inputs):
            reason = records.changed_input(node, record)
            if reason is None:
                wave.reused[node] = record
                continue
        made.update(node.outputs)
        if reason is None or not undecided.isdisjoint(node.inputs):
            wave.waiting.append(node)
            undecided.update(node.outputs)
        else:
            wave.now.append(node)
            if record:
                logger.info("%s has to run: %s", node.name, reason)
    return wave
