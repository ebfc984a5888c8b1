"""Forecasting the next day's high of an index by an LSTM, beside the book's recipe.

Look first at `lstm.rmse` beside `har_ridge.rmse` and `persistence.rmse` (index points, the smaller
the better), and at the figure `comparison.png`. `skill_vs_…` is the share of a baseline's error
that is saved, `dm_p_vs_…` the p-value of that. What it means, and what not to conclude:
docs/stock_lstm.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.stock_lstm.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
