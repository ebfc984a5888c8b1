"""The autoencoder and the GANs of digits, compared by their runs."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.generator_comparison.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
