"""Where a tagger errs: which tags, on which words; and sentences to look at.

`frame` is a predictions frame (`evaluation.tag_predictions`); all its rows count, of several seeds
those of each.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.evaluation.tag_predictions import checked_tags

_TIMES = (0, 1, 5, 20)  # in training; the most frequent word of a group
_EXAMPLES = 3  # words


def most_confused(frame: pd.DataFrame, count: int = 20) -> pd.DataFrame:
    """The mistakes that are made most often.

    Args:
        frame: A predictions frame.
        count: How many pairs of tags, at most.

    Returns:
        One row a pair, the most frequent first: actual, predicted, words (how many), share (of the
        words of the actual tag, a fraction) and examples (the forms mistaken most often, separated
        by commas).

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    words = checked_tags(frame)
    pair = ["actual", "predicted"]
    wrong = words[words["actual"] != words["predicted"]]
    pairs = wrong.groupby(pair).agg(words=("form", "size"), examples=("form", _examples))
    pairs["share"] = pairs["words"].div(words.groupby("actual").size(), level="actual")
    ranked = pairs.reset_index().sort_values(["words", *pair], ascending=[False, True, True])
    columns = [*pair, "words", "share", "examples"]
    return ranked[columns].head(count).reset_index(drop=True)


def accuracy_by_frequency(frame: pd.DataFrame, tokens: pd.DataFrame) -> pd.DataFrame:
    """Accuracy on words that were seen never, once or often in training.

    Args:
        frame: A predictions frame.
        tokens: One row a word of the treebank: part ("train" for those trained on), form.

    Returns:
        One row a group of words, also where there are none: seen (times in training, such as
        "2–5"), words (how many; of several seeds, each counts) and token_accuracy (a fraction, NaN
        without words).

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    words = checked_tags(frame)
    times = tokens.loc[tokens["part"] == "train", "form"].value_counts()
    seen = words["form"].map(times).fillna(0).astype("int64")
    groups = _grouped(seen, (-1, *_TIMES)).rename("seen")
    right = (words["actual"] == words["predicted"]).astype(float)
    table = right.groupby(groups, observed=False).agg(["size", "mean"])
    return _with_names(table.set_axis(["words", "token_accuracy"], axis=1))


def sample_sentences(
    frame: pd.DataFrame, count: int, *, longest: int = 25, seed: int = 0
) -> pd.DataFrame:
    """Some sentences drawn at random, so that what is shown is not chosen by its success.

    Args:
        frame: A predictions frame of one seed, or tagged words without actual tags.
        count: How many sentences, at most.
        longest: Words of the longest sentence that may be drawn; where all are longer, any may be.
        seed: Of the draw.

    Returns:
        The rows of those sentences, in the order of the frame.
    """
    numbers = frame.groupby(["part", "sentence"], sort=True).ngroup()
    sizes = numbers.value_counts().sort_index()
    short = sizes.index[sizes <= longest]
    pool = short if len(short) else sizes.index
    random = np.random.default_rng(seed)
    drawn: NDArray[np.int64] = random.choice(pool, min(count, len(pool)), replace=False)
    return frame[numbers.isin(drawn)]


def _examples(forms: pd.Series) -> str:
    """The most frequent forms; of equally frequent ones the first by alphabet."""
    ranked = forms.value_counts().rename_axis("form").reset_index()
    ranked = ranked.sort_values(["count", "form"], ascending=[False, True])
    return ", ".join(ranked["form"].head(_EXAMPLES))


def _grouped(values: pd.Series, edges: tuple[int, ...]) -> pd.Series:
    """Groups named by the whole numbers in them: '0', '2–5', 'more than 20'."""
    ranges = pairwise(edges)
    names = [f"{low + 1}–{high}" if low + 1 < high else f"{high}" for low, high in ranges]
    bins = [*edges, np.inf]
    return pd.cut(values, bins, labels=[*names, f"more than {edges[-1]}"])


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    """Groups as plain text, fit for a file."""
    return table.reset_index().astype({str(table.index.name): "str"})
