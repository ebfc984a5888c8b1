"""The autoencoder and the GANs of digits, compared by their runs."""

from dl_pipelines.pipelines.generator_comparison.pipeline import create_pipeline

__all__ = ["create_pipeline"]
