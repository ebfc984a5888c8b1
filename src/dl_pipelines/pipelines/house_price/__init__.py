"""Predicting house prices by regularised networks, beside linear models and boosted trees."""

from dl_pipelines.pipelines.house_price.pipeline import create_pipeline

__all__ = ["create_pipeline"]
