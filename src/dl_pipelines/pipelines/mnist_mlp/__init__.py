"""Classifying digits by multi-layer perceptrons."""

from dl_pipelines.pipelines.mnist_mlp.pipeline import create_pipeline

__all__ = ["create_pipeline"]
