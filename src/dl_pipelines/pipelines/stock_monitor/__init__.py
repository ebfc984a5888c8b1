"""Whether the champion of `stock_lstm` still knows the market: drift, and when to train again."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.stock_monitor.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
