"""Generating digits by the book's generative adversarial network."""

from dl_pipelines.pipelines.mnist_gan.pipeline import create_pipeline

__all__ = ["create_pipeline"]
