"""Predicting house prices by regularised networks, beside linear models and boosted trees."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.house_price.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
