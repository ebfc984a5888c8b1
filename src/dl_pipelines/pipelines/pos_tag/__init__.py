"""Tagging a text by the tagger that was trained last.

Look first at the table of words and their tags, and at how sure the tagger is of each. Which tagger
it is, and what texts it takes: docs/pos_tag.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.pos_tag.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
