"""Tagging words with their parts of speech."""

from dl_pipelines.pipelines.pos_tagger.pipeline import create_pipeline

__all__ = ["create_pipeline"]
