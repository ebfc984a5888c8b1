"""Forecasting the next trading day's high by the champion of `stock_lstm`."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.stock_forecast.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
