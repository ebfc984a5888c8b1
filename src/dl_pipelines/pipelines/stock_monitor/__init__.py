"""Whether the champion of `stock_lstm` still knows the market: drift, and when to train again.

Look first at the tag `retraining_due` and the verdict, which says why, then at the figure
`feature_drift.png`. What is watched, and by which limits: docs/stock_monitor.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.stock_monitor.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
