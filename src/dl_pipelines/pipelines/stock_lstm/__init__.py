"""Forecasting the next day's high of an index by an LSTM, beside the book's recipe."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.stock_lstm.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
