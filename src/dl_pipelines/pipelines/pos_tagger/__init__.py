"""Tagging words with their parts of speech."""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.pos_tagger.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
