"""Fixtures of tests of benchmarks."""

import sys
from pathlib import Path

import pytest

from tests.real_project import ROOT

# They are scripts that import each other. Last: no name of theirs may hide one of a package.
sys.path.append(str(ROOT / "benchmarks"))
pytest.importorskip("psutil", reason="pip install 'dl_pipelines[bench]'")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that results go to."""
    import pipeline_runs
    import readme_table

    folder = tmp_path / "results"
    for module in ("results", "pipeline_runs", "readme_table", "report", "run_all"):
        __import__(module)
        monkeypatch.setattr(sys.modules[module], "FOLDER", folder, raising=False)
    for owner in (pipeline_runs, readme_table):
        monkeypatch.setattr(owner, "RUNS", folder / "runs")
    monkeypatch.setattr(pipeline_runs, "PROJECTS", folder / "projects")
    return folder
