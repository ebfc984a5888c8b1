"""Generating digits of a class by a conditional adversarial network."""

from dl_pipelines.pipelines.mnist_cgan.pipeline import create_pipeline

__all__ = ["create_pipeline"]
