"""Tagging words with their parts of speech.

Look first at `token_accuracy` (share of test words with the right tag) beside `baseline_accuracy`,
the better of both baselines, then at `unknown_accuracy`, of words that training has not seen. What
not to conclude: docs/pos_tagger.md.
"""

from kedro.pipeline import Pipeline


def create_pipeline() -> Pipeline:
    """The pipeline, whose nodes are imported only now."""
    from dl_pipelines.pipelines.pos_tagger.pipeline import create_pipeline  # noqa: PLC0415

    return create_pipeline()
