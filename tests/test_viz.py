"""`kedro viz` on a project in which `stock_lstm` has run: the layers and the previews."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.real_project import RealProject
from tests.test_conformance import PIPELINES

pytestmark = pytest.mark.slow

LAYERS = ["raw", "primary", "feature", "models", "model output", "reporting"]


@pytest.fixture(scope="module")
def api(finished: RealProject, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `kedro viz build` has written for the browser."""
    pytest.importorskip("kedro_viz", reason="the extra `viz` is not installed")
    project = RealProject(tmp_path_factory.mktemp("viz"))
    shutil.copytree(finished.root / "data", project.root / "data", dirs_exist_ok=True)
    command = [sys.executable, "-m", "kedro", "viz", "build", "--include-previews"]
    environment = os.environ | {"PYTHONPATH": str(project.root / "src")}
    subprocess.run(command, cwd=project.root, env=environment, check=True, timeout=300)
    return project.root / "build" / "api"


@pytest.fixture(scope="module")
def nodes(api: Path) -> dict[str, Any]:
    """Name of a dataset of `stock_lstm` → what is shown when it is clicked at."""
    graph = json.loads((api / "pipelines" / "stock_lstm").read_text())["nodes"]
    return {
        node["name"]: json.loads((api / "nodes" / node["id"]).read_text())
        for node in graph
        if node["type"] == "data"
    }


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_every_dataset_lies_in_a_layer(api, pipeline):
    graph = json.loads((api / "pipelines" / pipeline).read_text())
    datasets = [node for node in graph["nodes"] if node["type"] == "data"]
    assert datasets
    assert [node["name"] for node in datasets if not node["layer"]] == []
    # None, if layers depend on each other in a circle.
    assert set(graph["layers"]) >= {node["layer"] for node in datasets}


def test_layers_follow_the_folders(api):
    layers = json.loads((api / "pipelines" / "stock_lstm").read_text())["layers"]
    assert [layer for layer in layers if layer in LAYERS] == LAYERS


def test_a_table_shows_its_rows(nodes):
    shown = nodes["stock_lstm.comparison"]
    assert shown["preview_type"] == "TablePreview"
    assert "RMSE" in shown["preview"]["columns"]
    assert len(shown["preview"]["data"]) == 5


def test_figures_are_shown(nodes):
    shown = nodes["stock_lstm.lstm.figures"]
    assert shown["preview_type"] == "ImagePreview"
    assert len(shown["preview"]) > 10_000


def test_metrics_are_shown(nodes):
    shown = nodes["stock_lstm.metrics"]
    assert shown["preview_type"] == "JSONPreview"
    assert "lstm.rmse" in json.loads(shown["preview"])


def test_nearly_all_that_a_run_has_made_is_shown(nodes):
    universe = {name for name in nodes if ".universe." in name}  # not made here
    shown = {name for name, node in nodes.items() if node.get("preview")}
    assert len(shown) > 40
    assert nodes.keys() - shown - universe <= {
        "stock_lstm.daily_bars_source",
        "stock_lstm.champion_record",
    }
