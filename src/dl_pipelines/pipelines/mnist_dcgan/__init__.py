"""Generating digits by a convolutional adversarial network."""

from dl_pipelines.pipelines.mnist_dcgan.pipeline import create_pipeline

__all__ = ["create_pipeline"]
