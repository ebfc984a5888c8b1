"""A project in which generators have been judged, as its store of runs tells."""

import shutil

import pytest

from dl_pipelines.tracking.store import open_store
from tests.real_project import RealProject
from tests.tracking.tracked_runs import track

NAME = "generator_comparison"
SHEET = b"\x89PNG of a sheet"
METRICS = {
    "frechet": 12.0,
    "frechet_floor": 3.0,
    "frechet_ratio": 4.0,
    "kernel_distance": 0.1,
    "precision": 0.75,
    "recall": 0.5,
    "label_kl": 0.01,
    "classes_present": 10.0,
    "frechet.mnist_cnn-1a2b3c4d": 12.0,
}
TAGS = {
    "dataset": "digits",
    "classifier": "mnist_cnn-1a2b3c4d",
    "recipe": "mnist_vae.book",
    "profile": "full",
    "data.source": "mirror",
}


@pytest.fixture(scope="module")
def runs() -> dict[str, str]:
    """Name → id of the runs in the store of `compared`; filled by it."""
    return {}


@pytest.fixture(scope="module")
def compared(tmp_path_factory, runs, empty_store) -> RealProject:
    """A project whose runs have been compared; tests only look at it."""
    project = RealProject(tmp_path_factory.mktemp("compared"), "mnist")
    shutil.copy(empty_store, project.root / "mlflow.db")
    client = open_store(f"sqlite:///{(project.root / 'mlflow.db').as_posix()}")
    worse, better = METRICS | {"frechet": 60.0, "frechet_ratio": 20.0}, METRICS | {"recall": 0.9}
    written = {
        "vae": ("mnist_vae", 1000, METRICS | {"elbo": -98.7, "iwae_nll": 94.5}, TAGS, "FINISHED"),
        "old": ("mnist_gan", 1000, worse, TAGS, "FINISHED"),
        "gan": ("mnist_gan", 2000, better, TAGS | {"profile": "quick"}, "FINISHED"),
        "failed": ("mnist_gan", 3000, worse, TAGS, "FAILED"),
        "fashion": ("mnist_dcgan", 1000, worse, TAGS | {"dataset": "fashion"}, "FINISHED"),
    }
    for name, (pipeline, started, metrics, tags, status) in written.items():
        runs[name] = track(
            client,
            project.root,
            pipeline,
            started=started,
            metrics=metrics,
            tags=tags,
            status=status,
            files={"samples.png": SHEET} if name == "vae" else None,
        )
    project.run(pipeline=NAME)
    return project
