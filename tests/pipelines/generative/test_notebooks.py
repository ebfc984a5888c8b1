"""The notebooks of pipelines that make images, on what short runs have left."""

import pytest

from tests.pipelines.generative.conftest import CGAN
from tests.pipelines.mnist.conftest import own_digits
from tests.real_project import RealProject

SHARED = {key: value for key, value in CGAN.items() if key != "mnist_cgan"}
SMALL = {
    "mnist_gan": {
        "generator": {"latents": 4, "hidden": [8]},
        "discriminator": {"hidden": [8]},
    },
    "mnist_dcgan": CGAN["mnist_cgan"]["adversaries"],
}


@pytest.fixture(scope="module")
def compared(tmp_path_factory, small_digits) -> RealProject:
    """A project with two GANs that were compared, and pictures by the second; for slow tests."""
    project = RealProject(tmp_path_factory.mktemp("compared"), "mnist")
    own_digits(project, small_digits)
    for pipeline, adversaries in SMALL.items():
        settings = CGAN["mnist_cgan"] | {"adversaries": adversaries}
        project.run(SHARED | {pipeline: settings}, pipeline=pipeline)
    project.run(SHARED, pipeline="generator_comparison")
    project.run(SHARED | {"mnist_generate": {"count": 25}}, pipeline="mnist_generate")
    return project


@pytest.mark.slow
def test_the_notebook_of_mnist_cgan_runs(cgan):
    shown = cgan.project.run_notebook("mnist_cgan")
    assert shown.count("execute_result") == 9
    assert "error" not in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("notebook", "results"),
    [("mnist_gan", 8), ("mnist_dcgan", 7), ("mnist_generate", 3), ("generator_comparison", 3)],
)
def test_the_notebook_runs(compared, notebook, results):
    shown = compared.run_notebook(notebook)
    assert shown.count("execute_result") == results
    assert "error" not in shown
