"""A parabola fitted four ways, and a random polynomial learned by one layer."""

from dl_pipelines.pipelines.curve_fit.pipeline import create_pipeline

__all__ = ["create_pipeline"]
