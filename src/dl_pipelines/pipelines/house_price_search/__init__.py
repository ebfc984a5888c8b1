"""Searching the hyper-parameters of a network that predicts house prices."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.house_price_search.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
