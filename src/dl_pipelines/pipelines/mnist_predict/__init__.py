"""Reading pictures of digits by networks trained before."""

from dl_pipelines.pipelines.mnist_predict.pipeline import create_pipeline

__all__ = ["create_pipeline"]
