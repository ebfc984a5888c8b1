"""The predictions frame of a part-of-speech tagger, checked.

One row a word: part ("train", "valid" or "test"), sentence (its number in the part), position (in
the sentence, from 0), form (the word), actual and predicted (tags), confidence (probability of the
predicted tag, a fraction or NaN), known (whether the form was trained on) and, where networks of
several seeds tagged the same words, seed.
"""

import pandas as pd

from dl_pipelines.errors import DataError

SENTENCE = ["part", "sentence"]
_WORD = [*SENTENCE, "position"]


def checked_tags(frame: pd.DataFrame) -> pd.DataFrame:
    """A predictions frame that can be judged.

    Args:
        frame: A predictions frame.

    Returns:
        The same frame.

    Raises:
        DataError: If the frame is empty, a word has no tag, or one is there twice.
    """
    if frame.empty:
        raise DataError("there are no tagged words to judge; evaluate a part that has sentences.")
    for name in ("actual", "predicted"):
        missing = frame[name].isna()
        if missing.any():
            raise DataError(
                f"{_place(frame[missing])} has no {name} tag ({missing.sum():,} of {len(frame):,} "
                "words have none); judge words that have both tags only."
            )
    twice = frame.duplicated([*_seed(frame), *_WORD])
    if twice.any():
        raise DataError(
            f"{_place(frame[twice])} is tagged twice; judge the predictions of one model at a time."
        )
    return frame


def by_sentence(frame: pd.DataFrame) -> pd.DataFrame:
    """How many words of each sentence are tagged right.

    Args:
        frame: A predictions frame.

    Returns:
        One row a sentence, its index part and sentence, ascending: words, hits (words tagged right)
        and whole (whether all are). Of several seeds hits and whole are means over them.

    Raises:
        DataError: As `checked_tags`.
    """
    words = checked_tags(frame)
    right = (words["actual"] == words["predicted"]).astype(float)
    grouped = right.groupby([words[name] for name in [*_seed(words), *SENTENCE]])
    counts = grouped.agg(["size", "sum", "min"]).set_axis(["words", "hits", "whole"], axis=1)
    means = counts.groupby(level=SENTENCE).mean()  # over the seeds
    return means.astype({"words": "int64"})


def _seed(frame: pd.DataFrame) -> list[str]:
    return ["seed"] if "seed" in frame else []


def _place(frame: pd.DataFrame) -> str:
    """Where the first word of a frame stands, as people count."""
    word = frame.iloc[0]
    return (
        f"word {word['position'] + 1} ('{word['form']}') of sentence {word['sentence'] + 1} of the "
        f"{word['part']} part"
    )
