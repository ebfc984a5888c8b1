"""Fine-tuning networks of torchvision on digits."""

from dl_pipelines.pipelines.mnist_transfer.pipeline import create_pipeline

__all__ = ["create_pipeline"]
