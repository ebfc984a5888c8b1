"""The `mnist_gan` pipeline: images -> networks of linear layers -> new images."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.generative_wiring import adversarial_pipeline


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline mnist_gan` runs."""
    return adversarial_pipeline("mnist_gan")
