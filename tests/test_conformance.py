"""What holds for every pipeline, every catalog entry and every setting of the project."""

import ast
import inspect
from typing import Any, get_type_hints

import pytest
from kedro.framework.project import configure_project, find_pipelines
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from dl_pipelines.params import Settings
from dl_pipelines.session import ProjectSession
from dl_pipelines.tracking.artifacts import declared_entries
from tests.real_project import ROOT

configure_project("dl_pipelines")
PIPELINES: dict[str, Pipeline] = {
    name: pipeline
    for name, pipeline in find_pipelines(raise_errors=True).items()
    if name != "__default__"
}
NODES = {node.name: node for pipeline in PIPELINES.values() for node in pipeline.nodes}


@pytest.fixture(scope="module", params=["local", "tushare"])
def catalog(request: pytest.FixtureRequest) -> DataCatalog:
    configure_project("dl_pipelines")  # another test may have registered its own pipelines
    with ProjectSession.create(ROOT, env=request.param) as session:
        return session.load_context().catalog


def parameters_of(name: str) -> dict[str, Any]:
    """Annotation of each argument of a node that is a parameter."""
    node = NODES[name]
    hints = get_type_hints(node.func)
    arguments = zip(inspect.signature(node.func).parameters, node.inputs, strict=True)
    return {
        dataset: hints[argument] for argument, dataset in arguments if dataset.startswith("params:")
    }


def test_there_are_pipelines():
    assert "stock_lstm" in PIPELINES


@pytest.mark.parametrize("name", PIPELINES)
def test_all_is_in_the_pipelines_namespace(name):
    shared = {"params:compute", "params:checkpoints"}
    for dataset in PIPELINES[name].datasets() - shared:
        assert dataset.removeprefix("params:").startswith(f"{name}."), dataset


@pytest.mark.parametrize("name", PIPELINES)
def test_every_dataset_is_kept_in_a_file(name, catalog):
    for dataset in PIPELINES[name].datasets():
        if not dataset.startswith("params:"):
            assert "MemoryDataset" not in type(catalog.get(dataset)).__name__, dataset


@pytest.mark.parametrize("name", PIPELINES)
def test_no_two_datasets_share_a_file(name, catalog):
    outputs = PIPELINES[name].all_outputs()
    files = {output: str(catalog.get(output)._describe()["filepath"]) for output in outputs}
    assert len(set(files.values())) == len(files)


@pytest.mark.parametrize("name", PIPELINES)
def test_what_is_tracked_can_be_tracked(name, catalog):
    tracked = declared_entries(PIPELINES[name].datasets(), catalog)
    assert tracked[f"{name}.metrics"].kind == "metrics"
    metrics = f"data/08_reporting/{name}/metrics.json"
    assert tracked[f"{name}.metrics"].file == ROOT / metrics


@pytest.mark.parametrize("name", NODES)
def test_parameters_are_typed_and_present(name, catalog):
    for dataset, annotation in parameters_of(name).items():
        assert issubclass(annotation, Settings), dataset
        assert isinstance(catalog.load(dataset), annotation), dataset


@pytest.mark.parametrize("name", NODES)
def test_a_node_is_a_documented_adapter(name):
    function = NODES[name].func
    assert function.__doc__
    source = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(source, ast.FunctionDef)
    statements = source.body[1:]
    lines = statements[-1].end_lineno - statements[0].lineno + 1
    assert lines <= 15, "a node only adapts: move the work to the layers below"
