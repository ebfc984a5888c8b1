"""Tagging a text by the tagger that was trained last."""

from dl_pipelines.pipelines.pos_tag.pipeline import create_pipeline

__all__ = ["create_pipeline"]
