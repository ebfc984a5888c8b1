"""Whether the champion of `stock_lstm` still knows the market: drift, and when to train again."""

from dl_pipelines.pipelines.stock_monitor.pipeline import create_pipeline

__all__ = ["create_pipeline"]
