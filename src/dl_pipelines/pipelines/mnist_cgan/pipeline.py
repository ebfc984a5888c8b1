"""The `mnist_cgan` pipeline: images and classes -> networks -> images that were asked for."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.generative_wiring import adversarial_pipeline


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline mnist_cgan` runs."""
    return adversarial_pipeline("mnist_cgan")
