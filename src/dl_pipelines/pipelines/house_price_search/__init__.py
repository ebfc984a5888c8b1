"""Searching the hyper-parameters of a network that predicts house prices."""

from dl_pipelines.pipelines.house_price_search.pipeline import create_pipeline

__all__ = ["create_pipeline"]
