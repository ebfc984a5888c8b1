"""The `pos_tag` pipeline: a text and a trained tagger -> the text with its tags."""

from kedro.pipeline import Pipeline

from dl_pipelines.pipelines.pos_tag import nodes
from dl_pipelines.pipelines.wiring import adapter

NAMESPACE = "pos_tag"


def create_pipeline() -> Pipeline:
    """Return the pipeline that `kedro run --pipeline pos_tag` runs."""
    text = "params:text"
    return Pipeline(
        [
            adapter(nodes.split_text, ["text_source", "weights", text], "words"),
            adapter(nodes.tag_words, ["words", "weights", "params:compute"], "tagged"),
            adapter(
                nodes.report_tags,
                ["tagged", "weights", text],
                ["listing", "metrics", "verdict", "tags", "page", "conllu"],
            ),
            adapter(nodes.draw_sentences, ["tagged", "tags", text], "figures"),
        ],
        namespace=NAMESPACE,
        parameters={text: f"params:{NAMESPACE}", "params:compute": "params:compute"},
    )
