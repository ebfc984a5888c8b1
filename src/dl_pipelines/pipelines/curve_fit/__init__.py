"""A parabola fitted four ways, and a random polynomial learned by one layer."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.curve_fit.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
