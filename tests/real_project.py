"""A copy of this project in a folder of a test's own, run by its own session and settings."""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from kedro.framework.project import configure_project, pipelines
from omegaconf import OmegaConf

from dl_pipelines.pipelines.house_price.comparison import NETWORKS
from dl_pipelines.reuse.digests import Digests, code_digest
from dl_pipelines.reuse.fingerprints import FOLDER
from dl_pipelines.session import ProjectSession

ROOT = Path(__file__).parents[1]

# What the names of settings of pipelines begin with that have some in common.
FAMILIES = {
    "house": ["house"],
    "mnist": ["mnist", "generat", "optimizer"],
    "stock": ["stock"],
    "pos": ["pos_tag"],
    "curve": ["curve"],
}

# Seconds instead of a minute: one or two epochs, two seeds, small networks, no processes.
_TRAINING = {"epochs": 2, "batch_size": 256, "seeds": [0, 1]}
_WALK_FORWARD = {"refit_every": 900, "seeds": [0]}
_NETWORK = {"hidden": [4], "bins": 3}
_EPOCHS = {"epochs": 2, "batch_size": 64}
_SMALLER = ("dpi: 150", "dpi: 30")  # of figures, which would take a fifth of a quick run
QUICK: dict[str, Any] = {
    "compute": {"device": "cpu", "backend": "sequential"},
    "stock_lstm": {
        "lstm": {
            "training": _TRAINING,
            "forecaster": {"network": {"hidden": 4}},
            "walk_forward": _WALK_FORWARD,
        },
        "textbook": {
            "training": _TRAINING,
            "forecaster": {"network": {"hidden": 4}},
            "walk_forward": _WALK_FORWARD,
        },
    },
    "house_price": {
        "evaluations": {
            "holdout": {"seeds": [0, 1]},
            "kfold": {"folds": 3, "seeds": [0]},
            "repeated_kfold": {"folds": 2, "repeats": 2, "seeds": [0]},
            "random_splits": {"repeats": 2, "seeds": [0, 1]},
        },
        "report": {"importance_repeats": 1},
        **{name: {"regressor": {"network": _NETWORK}, "training": _EPOCHS} for name in NETWORKS},
        "tabm": {"regressor": {"network": {**_NETWORK, "heads": 2}}, "training": _EPOCHS},
        "boosting": {"baseline": {"settings": {"max_iter": 5}}},
    },
}


def register_project() -> None:
    """Let Kedro ask the registry for its pipelines again, whatever a test had registered.

    Unlike `bootstrap_project`, this adds no folder to `sys.path`: imports would look through those
    of all tests before.
    """
    _configure_once()
    pipelines.configure("dl_pipelines.pipeline_registry")


@cache
def _configure_once() -> None:
    """Read the settings; Kedro inspects the whole stack for that, half a second under xdist."""
    configure_project("dl_pipelines")


def know_sources(root: Path) -> None:
    """Let a project begin with the digests of the source files, which take half a second."""
    store = root / FOLDER / "sources.json"
    store.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_digests_of_sources(), store)


@cache
def _digests_of_sources() -> Path:
    store = Path(tempfile.mkdtemp()) / "sources.json"
    digests = Digests(store, code_digest)
    for file in (ROOT / "src").rglob("*.py"):
        digests.of(file)
    digests.save()
    return store


def load_settings(file: Any) -> Any:
    """Take the place of `OmegaConf.load`: reading the same YAML would be a fifth of quick runs."""
    return deepcopy(_loaded(file.read())) if isinstance(file, StringIO) else _load(file)


_load = OmegaConf.load


@cache
def _loaded(text: str) -> Any:
    return _load(StringIO(text))


class RealProject:
    """The project's configuration and snapshot, without what earlier runs made."""

    def __init__(self, root: Path, family: str | None = None) -> None:
        """Copy the project into the empty folder `root`.

        Args:
            root: The folder.
            family: One of `FAMILIES`: settings of others are left out, because reading them takes
                a second a run; then `kedro run` must name the pipeline. Without, all are there.
        """
        self.root = root
        others = [FAMILIES[other] for other in FAMILIES if family not in (None, other)]
        self._copy_settings(*(f"*_{name}*.yml" for names in others for name in names))
        (root / "conf" / "local").mkdir()
        self.snapshot.parent.mkdir(parents=True)
        shutil.copy(ROOT / "data/01_raw/csi300_daily.csv", self.snapshot)
        (root / "src").mkdir()
        (root / "src" / "dl_pipelines").symlink_to(ROOT / "src" / "dl_pipelines")
        shutil.copy(ROOT / "pyproject.toml", root)
        know_sources(root)

    def _copy_settings(self, *left_out: str) -> None:
        ignored = shutil.ignore_patterns("local", "searched_*", *left_out)
        shutil.copytree(ROOT / "conf", self.root / "conf", ignore=ignored, dirs_exist_ok=True)
        for file in (self.root / "conf/base").glob("catalog*.yml"):
            file.write_text(file.read_text().replace(*_SMALLER))

    @property
    def snapshot(self) -> Path:
        """The embedded CSV file."""
        return self.root / "data/01_raw/csi300_daily.csv"

    @property
    def reports(self) -> Path:
        """Where `stock_lstm` reports."""
        return self.root / "data/08_reporting/stock_lstm"

    def run(
        self,
        params: dict[str, Any] | None = None,
        env: str | None = None,
        pipeline: str = "stock_lstm",
        **run: Any,
    ) -> Any:
        """Run a pipeline.

        Args:
            params: Parameters of the command line.
            env: The Kedro environment.
            pipeline: Its name.
            run: Arguments of `KedroSession.run`, such as `from_nodes`.
        """
        register_project()
        with ProjectSession.create(self.root, env=env, runtime_params=params or {}) as session:
            return session.run(pipeline_names=[pipeline], **run)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `kedro run` in a process of its own; the settings are those of `conf/local`."""
        command = [sys.executable, "-m", "kedro", "run", *arguments]
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(command, cwd=self.root, **pipe)

    def kill_once(self, reached: Callable[[], bool], *arguments: str) -> None:
        """Start a run and kill it, and it alone, as soon as it has reached a point.

        Its workers share its pipe, so this ends only if they end by themselves.
        """
        run = self.start(*arguments)
        try:
            deadline = time.monotonic() + 60
            while not reached():
                assert run.poll() is None, run.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.005)
        finally:
            run.kill()
        run.communicate(timeout=10)
        assert run.returncode == -signal.SIGKILL

    def run_notebook(self, name: str) -> list[str]:
        """Execute a notebook of the project on what a run has left.

        Args:
            name: Name of the notebook, that of its pipeline.

        Returns:
            The kind of each output, such as `execute_result`.
        """
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4)
        assert all(not cell.get("outputs") for cell in notebook.cells), "it is kept without outputs"
        self._copy_settings()  # Kedro's extension loads all pipelines
        folder = self.root / "notebooks"
        folder.mkdir(exist_ok=True)
        NotebookClient(notebook, resources={"metadata": {"path": folder}}).execute()
        return [out["output_type"] for cell in notebook.cells for out in cell.get("outputs", [])]
