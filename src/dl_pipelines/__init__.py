"""Reproducible deep-learning pipelines on Kedro, torch and MLflow."""

__version__ = "0.1.0"
