"""What holds for every pipeline, every catalog entry and every setting of the project."""

import ast
import inspect
from typing import Any, get_type_hints

import pytest
import yaml
from kedro.framework.project import find_pipelines
from kedro.io import DataCatalog
from kedro.pipeline import Node, Pipeline

from dl_pipelines.frames import houses
from dl_pipelines.params import Settings
from dl_pipelines.session import ProjectSession
from dl_pipelines.tracking.declared import declared_entries
from tests.real_project import ROOT, register_project

register_project()
PIPELINES: dict[str, Pipeline] = {
    name: pipeline
    for name, pipeline in find_pipelines(raise_errors=True).items()
    if name != "__default__"
}
NODES = {node.name: node for pipeline in PIPELINES.values() for node in pipeline.nodes}
FUNCTIONS = {f"{node.func.__module__}.{node.func.__name__}": node.func for node in NODES.values()}

SHARED = {f"params:{name}" for name in ("compute", "checkpoints", "house", "mnist", "generative")}
BORROWED = {"house_price_search": ("params:house_price.",)}  # it tunes what the other pipeline runs

HOUSES = yaml.safe_load((ROOT / "conf/base/parameters_house.yml").read_text())["_house_price"]
TREEBANKS = ("dataset: book", "dataset: ewt", "path: treebank")
CONFIGURATIONS = [*zip(("tushare", "baostock", "local"), HOUSES, TREEBANKS, strict=True)]


@pytest.fixture(scope="module", params=CONFIGURATIONS, ids="-".join)
def catalog(request: pytest.FixtureRequest) -> DataCatalog:
    register_project()
    env, dataset, treebank = request.param
    parameters = {"house": {"dataset": dataset}, "tagger": yaml.safe_load(treebank)}
    with ProjectSession.create(ROOT, env=env, runtime_params=parameters) as session:
        return session.load_context().catalog


def parameters_of(node: Node) -> dict[str, Any]:
    """Annotation of each argument of a node that is a parameter."""
    hints = get_type_hints(node.func)
    arguments = inspect.signature(node.func).parameters.values()
    named = [argument.name for argument in arguments if argument.kind != argument.VAR_KEYWORD]
    # What `**frames` takes comes last.
    assert not any(dataset.startswith("params:") for dataset in node.inputs[len(named) :])
    return {
        dataset: hints[argument]
        for argument, dataset in zip(named, node.inputs, strict=False)
        if dataset.startswith("params:")
    }


def test_there_are_pipelines():
    assert {"stock_lstm", "house_price", "house_price_search"} <= set(PIPELINES)


def test_every_table_of_houses_has_settings():
    assert set(HOUSES) == set(houses.HOUSES)


@pytest.mark.parametrize("name", PIPELINES)
def test_all_is_in_the_pipelines_namespace(name):
    own = (f"{name}.", f"params:{name}.", *BORROWED.get(name, ()))
    for dataset in PIPELINES[name].datasets() - SHARED - {f"params:{name}"}:
        assert dataset.startswith(own), dataset


@pytest.mark.parametrize("name", PIPELINES)
def test_every_dataset_is_kept_in_a_file(name, catalog):
    for dataset in PIPELINES[name].datasets():
        if not dataset.startswith("params:"):
            assert "MemoryDataset" not in type(catalog.get(dataset)).__name__, dataset


@pytest.mark.parametrize("name", PIPELINES)
def test_no_two_datasets_share_a_file(name, catalog):
    outputs = PIPELINES[name].all_outputs()
    described = {output: catalog.get(output)._describe() for output in outputs}
    files = {name: str(what.get("filepath") or what["path"]) for name, what in described.items()}
    assert len(set(files.values())) == len(files)


@pytest.mark.parametrize("name", PIPELINES)
def test_what_is_tracked_can_be_tracked(name, catalog):
    tracked = declared_entries(PIPELINES[name].datasets(), catalog)
    assert tracked[f"{name}.metrics"].kind == "metrics"
    metrics = f"data/08_reporting/{name}/metrics.json"
    assert tracked[f"{name}.metrics"].file == ROOT / metrics


@pytest.mark.parametrize("name", PIPELINES)
def test_parameters_are_typed_and_present(name, catalog):
    loaded = {}
    for node in PIPELINES[name].nodes:
        for dataset, annotation in parameters_of(node).items():
            assert issubclass(annotation, Settings), dataset
            loaded.setdefault(dataset, catalog.load(dataset))
            # Of a narrower model a hook checks that it takes what Kedro has built; see annotations.
            given = type(loaded[dataset])
            assert issubclass(given, annotation) or issubclass(annotation, given), node.name
    assert loaded


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_node_is_a_documented_adapter(name):
    function = FUNCTIONS[name]
    assert function.__doc__
    source = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(source, ast.FunctionDef)
    statements = source.body[1:]
    lines = statements[-1].end_lineno - statements[0].lineno + 1
    assert lines <= 15, "a node only adapts: move the work to the layers below"
