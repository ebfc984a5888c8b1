"""Classifying digits by convolutional networks."""

from dl_pipelines.pipelines.mnist_cnn.pipeline import create_pipeline

__all__ = ["create_pipeline"]
