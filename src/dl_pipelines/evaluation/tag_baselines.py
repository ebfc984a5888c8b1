"""Two simple taggers that a network has to beat, fitted on the training part only.

`tokens` has one row a word: part ("train" for those to learn from), sentence, position, form and
tag. The result is a predictions frame (`evaluation.tag_predictions`) of all other parts.
"""

from collections.abc import Callable
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.errors import DataError

_EDGE = ""  # stands beside the first and the last word of a sentence
_LONGEST = 4  # letters of a prefix or suffix
_KEPT = ["part", "sentence", "position", "form"]

# Chosen on the validation part of UD English EWT (docs/pos_tagger.md).
_C = 1.0  # inverse weight of the penalty
_STEPS = 2_500_000  # words read, twelve times all 204,577; of few words each is read more often
_TOLERANCE = 1e-3  # change of the coefficients, in the largest of them, at which it stops earlier


def most_frequent(tokens: pd.DataFrame) -> pd.DataFrame:
    """Give each word the tag that it has most often in training.

    A word that was not trained on gets the tag that words seen once have most often, since those
    are most like it. Of equally frequent tags the first by alphabet counts.

    Args:
        tokens: Words of all parts.

    Returns:
        Predictions of the parts other than "train"; confidence is the share that the tag has among
        the occurrences of the word, or among the words seen once.

    Raises:
        DataError: If there are no words to learn from.
    """
    train, others = _parts(tokens)
    by_form = _ranked(train.groupby(["form", "tag"]).size())
    best = by_form.drop_duplicates("form").set_index("form")
    once = train[~train["form"].duplicated(keep=False)]
    rare = _ranked((train if once.empty else once).groupby("tag").size()).iloc[0]
    tag = others["form"].map(best["tag"]).fillna(rare["tag"])
    confidence = others["form"].map(best["share"]).fillna(rare["share"])
    return _predictions(train, others, tag, confidence)


def affix_logistic(tokens: pd.DataFrame) -> pd.DataFrame:
    """Logistic regression on the letters of a word and of its two neighbours.

    Features are those of maximum-entropy taggers (Ratnaparkhi, "A maximum entropy model for
    part-of-speech tagging", EMNLP 1996) without the tags of neighbours: the word, in its own and in
    small letters, its prefixes and suffixes of 1 to 4 letters, capitals, digits, hyphens; and the
    same of the word on its left and of that on its right. Multinomial, with a squared penalty,
    fitted by SAGA (Defazio, Bach and Lacoste-Julien, NeurIPS 2014) for a fixed number of steps.

    Args:
        tokens: Words of all parts.

    Returns:
        Predictions of the parts other than "train"; confidence is the probability of the tag.

    Raises:
        DataError: If there are no words to learn from.
    """
    from sklearn.feature_extraction.text import (  # noqa: PLC0415 - heavy: imported when used
        CountVectorizer,
    )

    train, others = _parts(tokens)
    forms = [*train["form"].unique(), _EDGE]
    vectorizer = CountVectorizer(analyzer=_letters, binary=True, dtype=np.float64).fit(forms)
    model = _fitted(_inputs(train, vectorizer), train["tag"].to_numpy(dtype=object))
    if others.empty:
        return _predictions(train, others, others["tag"], np.empty(0))
    probabilities = model.predict_proba(_inputs(others, vectorizer))
    best = probabilities.argmax(axis=1)
    return _predictions(train, others, model.classes_[best], probabilities.max(axis=1))


BASELINES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "most_frequent": most_frequent,
    "affix_logistic": affix_logistic,
}


def _parts(tokens: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Words to learn from and the others, those of a sentence in their order."""
    ordered = tokens.sort_values(["part", "sentence", "position"], ignore_index=True)
    learnt = ordered["part"] == "train"
    if not learnt.any():
        raise DataError(
            "the treebank has no words to learn from; add sentences to its training part."
        )
    return ordered[learnt], ordered[~learnt]


def _ranked(counts: pd.Series) -> pd.DataFrame:
    """Counts by tag, or by form and tag, as a frame with shares, the most frequent first."""
    by_form = "form" in counts.index.names
    total = counts.groupby("form").transform("sum") if by_form else counts.sum()
    table = pd.DataFrame({"count": counts, "share": counts / total}).reset_index()
    return table.sort_values(["count", "tag"], ascending=[False, True], kind="stable")


def _fitted(inputs: Any, tags: NDArray[np.object_]) -> Any:
    """A model of tags [N] by inputs [N, features]."""
    from sklearn.dummy import DummyClassifier  # noqa: PLC0415 - heavy: imported when used
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - heavy: imported when used
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - heavy: imported when used

    if len(set(tags)) == 1:  # nothing to tell apart, which a regression refuses
        return DummyClassifier(strategy="most_frequent").fit(inputs, tags)
    epochs = -(-_STEPS // len(tags))
    model = LogisticRegression(C=_C, solver="saga", max_iter=epochs, tol=_TOLERANCE, random_state=0)
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # the steps are counted on purpose
        return model.fit(inputs, tags)


def _inputs(words: pd.DataFrame, vectorizer: Any) -> Any:
    """Features of the words and of their neighbours, a sparse matrix [N, 3 x features].

    Letters are read once a form rather than once a word, which is ten times quicker.
    """
    from scipy.sparse import hstack  # noqa: PLC0415 - heavy: imported when used

    forms = words.groupby(["part", "sentence"], sort=False)["form"]
    window = (words["form"], forms.shift(1).fillna(_EDGE), forms.shift(-1).fillna(_EDGE))
    blocks = []
    for column in window:
        codes, unique = pd.factorize(column)
        blocks.append(vectorizer.transform(unique)[codes])
    return hstack(blocks, format="csr")


def _letters(form: str) -> list[str]:
    """Names of the features that a form has."""
    if form == _EDGE:
        return ["edge"]
    small = form.lower()
    sizes = range(1, min(_LONGEST, len(small)) + 1)
    shape = {
        "capital": form[0].isupper(),
        "capitals": form.isupper(),
        "digit": any(map(str.isdigit, form)),
        "hyphen": "-" in form,
    }
    return [
        f"word={form}",
        f"small={small}",
        *(f"prefix={small[:size]}" for size in sizes),
        *(f"suffix={small[-size:]}" for size in sizes),
        *(name for name, there in shape.items() if there),
    ]


def _predictions(
    train: pd.DataFrame, others: pd.DataFrame, predicted: Any, confidence: Any
) -> pd.DataFrame:
    frame = others[_KEPT].assign(actual=others["tag"], predicted=predicted, confidence=confidence)
    known = others["form"].isin(train["form"].unique())
    return frame.astype({"predicted": "str"}).assign(known=known).reset_index(drop=True)
