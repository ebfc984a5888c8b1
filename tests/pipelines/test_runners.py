"""Every pipeline under each of Kedro's runners: the same metrics."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kedro.runner import AbstractRunner, ParallelRunner, SequentialRunner, ThreadRunner

from tests.pickles import pickles_of
from tests.picture_files import seven, write
from tests.pipelines.generative.conftest import CGAN
from tests.pipelines.generative.test_notebooks import SMALL
from tests.pipelines.house_price_search import conftest as house_price_search
from tests.pipelines.mnist.conftest import CNN, MLP, own_digits, small_digits
from tests.pipelines.mnist_transfer import test_run as mnist_transfer
from tests.pipelines.mnist_vae.conftest import PLAIN
from tests.pipelines.optimizer_comparison import conftest as optimizer_comparison
from tests.pipelines.stock_forecast.conftest import AS_OF
from tests.real_project import QUICK, RealProject
from tests.test_conformance import PIPELINES
from tests.vision import import_torchvision

__all__ = ["small_digits"]

CPU = {"compute": {"device": "cpu", "backend": "sequential"}}
QUICK_GAN = {"mnist": CGAN["mnist"], "generative": CGAN["generative"]}
GANS = {
    name: {**QUICK_GAN, name: CGAN["mnist_cgan"] | {"adversaries": networks}}
    for name, networks in SMALL.items()
}
# By family what runs in one project, each on what those before it have left.
RUNS: dict[str, dict[str, dict[str, Any]]] = {
    "curve": {"curve_fit": {}},
    "house": {"house_price": QUICK, "house_price_search": house_price_search.QUICK},
    "mnist": {
        "mnist_mlp": MLP,
        "mnist_cnn": CNN,
        "mnist_vae": PLAIN | {"generative": CGAN["generative"]},
        **GANS,
        "mnist_cgan": CGAN,
        "generator_comparison": QUICK_GAN,
        "mnist_generate": QUICK_GAN | {"mnist_generate": {"count": 12, "model": "mnist_cgan"}},
        "mnist_predict": {"mnist_predict": {"model": "mnist_mlp"}},
        "optimizer_comparison": optimizer_comparison.QUICK,
    },
    "pos": {"pos_tagger": CPU, "pos_tag": {"text": "They ate the fish"}},
    "stock": {
        "stock_lstm": QUICK,
        "stock_forecast": AS_OF,
        "stock_monitor": {
            "stock_monitor": {"as_of": "2025-12-31", "bootstrap": {"resamples": 199}}
        },
    },
    "vision": {"mnist_transfer": mnist_transfer.QUICK},
}
RUNNERS: dict[str, Callable[[], AbstractRunner]] = {
    "sequential": SequentialRunner,
    "threads": lambda: ThreadRunner(max_workers=3),
    "processes": lambda: ParallelRunner(max_workers=2),
}


def metrics(project: RealProject, pipeline: str) -> dict[str, float]:
    """What the pipeline has reported, without what a clock has measured."""
    file = project.root / f"data/08_reporting/{pipeline}/metrics.json"
    found: dict[str, float] = json.loads(file.read_text())
    return {name: value for name, value in found.items() if "seconds" not in name}


def run_family(folder: Path, family: str, runner: str, digits: Any) -> dict[str, dict[str, float]]:
    """The metrics of each pipeline of a family."""
    project = RealProject(folder, None if family == "vision" else family)
    own_digits(project, digits)
    write(folder / "data/01_raw/pictures/seven.png", seven())
    for pipeline, settings in RUNS[family].items():
        project.run(settings, pipeline=pipeline, runner=RUNNERS[runner]())
    return {pipeline: metrics(project, pipeline) for pipeline in RUNS[family]}


def test_no_pipeline_is_left_out():
    assert {name for runs in RUNS.values() for name in runs} == set(PIPELINES)


@pytest.mark.slow
@pytest.mark.parametrize("family", RUNS)
def test_metrics_are_the_same_under_each_runner(tmp_path, small_digits, family):
    if family == "vision":
        import_torchvision()
    found = {
        runner: run_family(tmp_path / runner, family, runner, small_digits) for runner in RUNNERS
    }
    for pipeline in RUNS[family]:
        assert found["threads"][pipeline] == found["sequential"][pipeline]
        assert found["processes"][pipeline] == found["sequential"][pipeline]
    for runner in RUNNERS:
        assert [*(tmp_path / runner / "mlartifacts").rglob("*.png")]
        for kept in ("data", "mlartifacts"):
            assert pickles_of(tmp_path / runner / kept) == []
