"""What a treebank holds, in numbers.

`tokens` has one row a word: part (train, valid or test), sentence, position, form and tag; its
`attrs` tell the `dataset` and the `source`.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

PARTS = ("train", "valid", "test")


def treebank_report(tokens: pd.DataFrame) -> dict[str, Any]:
    """Count what there is to learn and to judge.

    Args:
        tokens: All words of a treebank.

    Returns:
        treebank and source, texts; and of each part there is: sentences, words, longest_sentence
        (words), unknown_words (forms that the training sentences do not hold), unseen_tags (tags
        that they do not hold) and tags, tag → words.
    """
    train = tokens[tokens["part"] == "train"]
    report: dict[str, Any] = {
        "treebank": tokens.attrs.get("dataset", ""),
        "source": tokens.attrs.get("source", ""),
    }
    for part in PARTS:
        words = tokens[tokens["part"] == part]
        if words.empty:
            continue
        lengths = words.groupby("sentence").size()
        report[part] = {
            "sentences": len(lengths),
            "words": len(words),
            "longest_sentence": int(lengths.max()),
            "unknown_words": int((~words["form"].isin(train["form"])).sum()),
            "unseen_tags": sorted({*words["tag"]} - {*train["tag"]}),
            "tags": {tag: int(count) for tag, count in words["tag"].value_counts().items()},
        }
    return report


def words_of(sentences: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Words of a text that has no tags yet.

    Args:
        sentences: The words of each sentence.

    Returns:
        One row a word: part (`text`), sentence, position and form.
    """
    rows = [
        ("text", sentence, position, form)
        for sentence, words in enumerate(sentences)
        for position, form in enumerate(words)
    ]
    return pd.DataFrame(rows, columns=["part", "sentence", "position", "form"])
