"""Pictures by networks that were trained to make them."""

from dl_pipelines.pipelines.mnist_generate.pipeline import create_pipeline

__all__ = ["create_pipeline"]
