"""Generating digits by variational autoencoders."""

from dl_pipelines.pipelines.mnist_vae.pipeline import create_pipeline

__all__ = ["create_pipeline"]
