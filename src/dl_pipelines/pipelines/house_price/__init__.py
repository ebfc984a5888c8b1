"""Predicting house prices by regularised networks, beside linear models and boosted trees.

Look first at `<model>.rmse_mean` beside `ridge.rmse_mean` and `boosting.rmse_mean` (in the unit of
the data's prices, the smaller the better), and at the figure `comparison.png`. Data, splits, and
what not to conclude: docs/house_price.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.house_price.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
