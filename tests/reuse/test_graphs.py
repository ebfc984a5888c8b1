"""On pipelines drawn at random, what runs again are the dependants of what has changed."""

from contextlib import AbstractContextManager, chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from kedro.framework.hooks.manager import _create_hook_manager
from kedro.io import DataCatalog
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner

from dl_pipelines.reuse.code import Code
from dl_pipelines.reuse.hook import ReuseHook, ReuseSpecs
from dl_pipelines.reuse.runner import ReusingRun

CALLS: list[str] = []

Graph = list[set[int]]  # of each node the nodes before it that it needs


def mix(size: int, name: str, rounded: bool, *parts: int) -> int:
    """What every node does: add; `rounded` forgets everything but the sign."""
    CALLS.append(name)
    total = size + sum(parts)
    return int(total > 0) if rounded else total


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    count = draw(st.integers(1, 8))
    earlier = [[*range(node)] for node in range(count)]
    return [draw(st.sets(st.sampled_from(nodes))) if nodes else set() for nodes in earlier]


def run(graph: Graph, sizes: list[int], rounded: set[int]) -> set[int]:
    """Run a graph in the working folder; the nodes that have run."""
    names = [f"n{i}" for i in range(len(graph))]
    files = {name: f"{Path.cwd()}/data/{name}.json" for name in names}
    entries = {name: {"type": "json.JSONDataset", "filepath": file} for name, file in files.items()}
    catalog = DataCatalog.from_config(entries)
    nodes = []
    for i, needed in enumerate(graph):
        own = {"size": sizes[i], "name": f"n{i}", "rounded": i in rounded}
        for name, value in own.items():
            catalog[f"params:n{i}.{name}"] = value
        inputs = [f"params:n{i}.{name}" for name in own] + [f"n{j}" for j in sorted(needed)]
        nodes.append(Node(mix, inputs, f"n{i}", name=f"n{i}"))
    hook, manager = ReuseHook(), _create_hook_manager()
    manager.add_hookspecs(ReuseSpecs)
    manager.register(hook)
    CALLS.clear()
    ReusingRun(SequentialRunner(), hook, reuse=True)(Pipeline(nodes), catalog, manager, "a run")
    return {int(name[1:]) for name in CALLS}


def one_code() -> AbstractContextManager[object]:
    """Let all code be the same: finding out takes longer than these graphs."""
    return patch.multiple(Code, of_module=lambda *_: "code", edited=lambda *_: False)


def dependants(graph: Graph, changed: set[int]) -> set[int]:
    """The changed nodes, and those that need one of them."""
    found = set(changed)
    for node, needed in enumerate(graph):
        if needed & found:
            found.add(node)
    return found


def values(graph: Graph, sizes: list[int], rounded: set[int]) -> list[int]:
    """What the nodes of a graph give, computed without Kedro."""
    given: list[int] = []
    for node, needed in enumerate(graph):
        total = sizes[node] + sum(given[before] for before in needed)
        given.append(int(total > 0) if node in rounded else total)
    return given


@settings(deadline=None, max_examples=15)
@given(graphs(), st.data())
def test_what_runs_again_are_the_dependants_of_what_has_changed(graph, data):
    everything = set(range(len(graph)))
    changed = data.draw(st.sets(st.sampled_from(sorted(everything))), label="changed")
    larger = [2 if node in changed else 1 for node in everything]
    with TemporaryDirectory() as folder, chdir(folder), one_code():
        assert run(graph, [1] * len(graph), set()) == everything
        assert run(graph, [1] * len(graph), set()) == set()
        assert run(graph, larger, set()) == dependants(graph, changed)
        assert run(graph, larger, set()) == set()


@settings(deadline=None, max_examples=15)
@given(graphs(), st.data())
def test_where_a_result_is_the_same_nothing_runs_after_it(graph, data):
    everything = set(range(len(graph)))
    changed = data.draw(st.sets(st.sampled_from(sorted(everything))), label="changed")
    rounded = data.draw(st.sets(st.sampled_from(sorted(everything))), label="rounded")
    sizes, larger = [1] * len(graph), [2 if node in changed else 1 for node in everything]
    old, new = values(graph, sizes, rounded), values(graph, larger, rounded)
    moved = {node for node in everything if old[node] != new[node]}
    with TemporaryDirectory() as folder, chdir(folder), one_code():
        run(graph, sizes, rounded)
        expected = changed | {node for node in everything if graph[node] & moved}
        assert run(graph, larger, rounded) == expected
