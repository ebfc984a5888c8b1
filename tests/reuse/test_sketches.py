"""Pipelines that are not imported are those that were."""

import inspect
import subprocess
import sys
from typing import get_type_hints

import pytest
from grimp.exceptions import SourceSyntaxError
from kedro.framework.project import find_pipelines

from dl_pipelines.params import Settings
from dl_pipelines.reuse.code import LazyFunction
from dl_pipelines.reuse.sketches import Sketches, imported
from tests.real_project import ROOT, register_project

register_project()
PIPELINES = {n: p for n, p in find_pipelines(raise_errors=True).items() if n != "__default__"}


@pytest.fixture(scope="module")
def sketches(tmp_path_factory) -> Sketches:
    kept = Sketches(tmp_path_factory.mktemp("kept"))
    kept.write(PIPELINES)
    return kept


def settings_of(function):
    hints = get_type_hints(function).items()
    return {k: v for k, v in hints if inspect.isclass(v) and issubclass(v, Settings)}


@pytest.mark.parametrize("name", PIPELINES)
def test_every_pipeline_comes_back_as_it_was(sketches, name):
    known = sketches.read([name])[name]
    assert known.nodes == PIPELINES[name].nodes  # names, inputs, outputs and their order
    for node, before in zip(known.nodes, PIPELINES[name].nodes, strict=True):
        assert (node.tags, node.namespace) == (before.tags, before.namespace)
        assert settings_of(node.func) == settings_of(before.func)
        assert imported(node).func is before.func


def test_a_function_is_imported_when_it_is_called():
    assert LazyFunction("math", "hypot", inspect.Signature(), {})(3, 4) == 5.0


def test_a_pipeline_whose_code_has_changed_is_unknown(sketches, monkeypatch):
    assert sketches.read(["stock_lstm", "no_such"]) is None
    monkeypatch.setattr("kedro.__version__", "0.0.1")
    assert sketches.read(["stock_lstm"]) is None


def test_a_pipeline_is_unknown_where_a_file_cannot_be_read(tmp_path, monkeypatch):
    Sketches(tmp_path).write({"curve_fit": PIPELINES["curve_fit"]})
    assert Sketches(tmp_path).read(["curve_fit"])

    def refuse(*_: object, **__: object) -> None:
        raise SourceSyntaxError("nodes.py", 1, "def (")

    monkeypatch.setattr("dl_pipelines.reuse.code._graph_of", refuse)
    for _ in range(2):
        assert Sketches(tmp_path).read(["curve_fit"]) is None
        Sketches(tmp_path).write({"curve_fit": PIPELINES["curve_fit"]})


def test_known_pipelines_need_nothing_that_is_heavy(tmp_path):
    Sketches(tmp_path).write(PIPELINES)
    script = f"""
import sys
from pathlib import Path
from dl_pipelines.reuse.sketches import Sketches
assert Sketches(Path({str(tmp_path)!r})).read({[*PIPELINES]!r})
heavy = {{"torch", "sklearn", "scipy.stats", "matplotlib", "mlflow", "optuna"}}
sys.exit(", ".join(heavy & {{*sys.modules}}) or 0)
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
