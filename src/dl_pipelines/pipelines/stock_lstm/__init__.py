"""Forecasting the next day's high of an index by an LSTM, beside the book's recipe."""

from dl_pipelines.pipelines.stock_lstm.pipeline import create_pipeline

__all__ = ["create_pipeline"]
