"""Nodes of `pos_tag`: thin adapters between the catalog and the layers below."""

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.tagged_page import tagged_page
from dl_pipelines.evaluation.tagged_text import (
    tag_listing,
    tagged_conllu,
    text_metrics,
    text_verdict,
)
from dl_pipelines.frames.tokenize import english_sentences, spaced_sentences
from dl_pipelines.frames.treebanks import words_of
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Compute
from dl_pipelines.params.tagging import TextToTag
from dl_pipelines.pipelines.pos_tag.adapters import is_spaced
from dl_pipelines.pipelines.tagger_weights import tag


def split_text(text_source: list[str], weights: Weights, text: TextToTag) -> pd.DataFrame:
    """Cut the lines of a text into sentences of words."""
    spaced = is_spaced(text.spaced, weights.header["treebank"])
    return words_of(spaced_sentences(text_source) if spaced else english_sentences(text_source))


def tag_words(words: pd.DataFrame, weights: Weights, compute: Compute) -> pd.DataFrame:
    """Give each word the tag that the networks together hold for most probable."""
    _, votes = tag(words, weights, compute)
    return votes


def report_tags(
    tagged: pd.DataFrame, weights: Weights, text: TextToTag
) -> tuple[pd.DataFrame, dict[str, float], str, dict[str, str], str, str]:
    """Give the tags in a short table, in numbers and in words, on a page, and in CoNLL-U."""
    tags = {"model": weights.header["name"], "treebank": weights.header["treebank"]}
    verdict = text_verdict(tagged, **tags)
    return (
        tag_listing(tagged, text.shown),
        text_metrics(tagged),
        verdict,
        tags,
        tagged_page("Tagged text", verdict, tagged),
        tagged_conllu(tagged),
    )


def draw_sentences(
    tagged: pd.DataFrame, tags: dict[str, str], text: TextToTag
) -> dict[str, Figure]:
    """Draw the first sentences with their tags."""
    first = tagged[tagged["sentence"] < text.shown]
    return {"tagged_sentences.png": figures.tagged_sentences(first, tags["model"])}
