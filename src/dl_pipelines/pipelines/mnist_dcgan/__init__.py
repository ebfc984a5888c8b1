"""Generating digits by a convolutional adversarial network."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_dcgan.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
