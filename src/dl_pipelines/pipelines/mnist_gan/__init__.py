"""Generating digits by the book's generative adversarial network."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_gan.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
