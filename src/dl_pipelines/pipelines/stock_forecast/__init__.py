"""Forecasting the next trading day's high by the champion of `stock_lstm`."""

from dl_pipelines.pipelines.stock_forecast.pipeline import create_pipeline

__all__ = ["create_pipeline"]
