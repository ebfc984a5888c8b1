"""Forecasting the next trading day's high by the champion of `stock_lstm`.

Look first at the table `forecast`: the day, the forecast and its interval (index points), and which
version made it. The figure `next_day.png` shows it after the bars before. How it is made:
docs/stock_forecast.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.stock_forecast.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
