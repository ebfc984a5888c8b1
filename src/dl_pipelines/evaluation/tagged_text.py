"""A text that a tagger has tagged, in words, numbers and CoNLL-U; nobody knows the right tags.

`frame` has one row a word: part, sentence, position, form, predicted, confidence (a fraction) and
known (whether the tagger was trained on the form).
"""

import pandas as pd

from dl_pipelines.evaluation.wording import counted, percent

_CLEARLY = 0.5  # below it the tagger holds its own tag for improbable
_MOST = 0.5  # of the words; if more are unknown, the tagger has little to go by
_UNTOLD = dict.fromkeys(("xpos", "feats", "head", "deprel", "deps", "misc"), "_")


def tag_listing(frame: pd.DataFrame, sentences: int) -> pd.DataFrame:
    """The first sentences, each in one line.

    Args:
        frame: Tagged words.
        sentences: How many.

    Returns:
        Columns sentence (from 1) and tagged, e.g. "They/PRON ate/VERB".
    """
    first = frame[frame["sentence"] < sentences]
    lines = (first["form"] + "/" + first["predicted"]).groupby(first["sentence"]).agg(" ".join)
    return pd.DataFrame({"sentence": lines.index + 1, "tagged": lines.to_numpy()})


def text_metrics(frame: pd.DataFrame) -> dict[str, float]:
    """What there is to tag, and how sure the tagger is.

    Returns:
        sentences, words, unknown_words (that the tagger was not trained on), mean_confidence (a
        fraction), uncertain_words (whose tag has a probability below 0.5), and tag.<tag>: words.
    """
    counts = {f"tag.{tag}": float(n) for tag, n in frame["predicted"].value_counts().items()}
    return {
        "sentences": float(frame["sentence"].nunique()),
        "words": float(len(frame)),
        "unknown_words": float((~frame["known"]).sum()),
        "mean_confidence": float(frame["confidence"].mean()),
        "uncertain_words": float((frame["confidence"] < _CLEARLY).sum()),
        **counts,
    }


def text_verdict(frame: pd.DataFrame, *, model: str, treebank: str) -> str:
    """Say in words what was tagged, by what, and how sure it is.

    Args:
        frame: Tagged words.
        model: Name of the tagger.
        treebank: What it was trained on.

    Returns:
        Two sentences, and one of caution where most of the words were not trained on.
    """
    figures = text_metrics(frame)
    words, unknown = figures["words"], figures["unknown_words"]
    caution = "Most of the words are new to it: check its tags before you rely on them."
    return (
        f"{counted(words, 'word')} in {counted(figures['sentences'], 'sentence')}, tagged by the "
        f"{model} trained on {treebank}. It was trained on {_share(words, unknown)} of them; mean "
        f"probability of its tags: {percent(figures['mean_confidence'])}."
        f"{f' {caution}' if unknown > _MOST * words else ''}"
    )


def _share(words: float, unknown: float) -> str:
    """How many words are known."""
    if unknown == words:
        return "none"
    return f"all but {unknown:,.0f}" if unknown else "all"


def tagged_conllu(frame: pd.DataFrame) -> str:
    """The text in CoNLL-U (https://universaldependencies.org/format.html), tags in column UPOS."""
    from conllu import Metadata, Token, TokenList  # noqa: PLC0415  imported when used

    sentences = []
    for number, (_, words) in enumerate(frame.groupby("sentence", sort=False), start=1):
        tokens = [
            Token({"id": position + 1, "form": form, "lemma": "_", "upos": tag, **_UNTOLD})
            for position, form, tag in zip(
                words["position"], words["form"], words["predicted"], strict=True
            )
        ]
        told = Metadata({"sent_id": str(number), "text": " ".join(words["form"])})
        sentences.append(TokenList(tokens, metadata=told).serialize())
    return "".join(sentences)
