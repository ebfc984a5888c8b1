"""Optimizers compared at equal tuning budgets."""

from dl_pipelines.pipelines.optimizer_comparison.pipeline import create_pipeline

__all__ = ["create_pipeline"]
