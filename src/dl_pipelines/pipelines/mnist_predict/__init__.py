"""Reading pictures of digits by networks trained before."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.mnist_predict.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
