"""How well a tagger tags.

`frame` is a predictions frame (`evaluation.tag_predictions`); all its rows count, so pass those of
the part that is meant. Of networks of several seeds the figures are means over them.
"""

import pandas as pd

from dl_pipelines.evaluation.class_counts import confusion_counts, precision_and_recall
from dl_pipelines.evaluation.seeds import over_seeds
from dl_pipelines.evaluation.tag_bootstrap import token_accuracy_interval
from dl_pipelines.evaluation.tag_predictions import by_sentence, checked_tags

_PREFIXES = {"test": "", "valid": "validation_", "train": "training_"}


def evaluate_tags(frame: pd.DataFrame) -> dict[str, float]:
    """Figures of merit of a tagger.

    Args:
        frame: A predictions frame.

    Returns:
        token_accuracy: share of the words tagged right; sentence_accuracy: share of the sentences
        all of whose words are; unknown_accuracy: share of the words that were not trained on and
        are tagged right, left out where there are none; token_accuracy_low and _high: 95 %
        bootstrap interval over sentences, left out for a single sentence; tokens, sentences and
        unknown_words: how many there are.

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    metrics = _accuracies(frame)
    low, high = token_accuracy_interval(frame)
    sentences = by_sentence(frame)
    runs = len(frame) / sentences["words"].sum()  # of the same words: seeds
    counts = {
        "token_accuracy_low": low,
        "token_accuracy_high": high,
        "tokens": float(sentences["words"].sum()),
        "sentences": float(len(sentences)),
        "unknown_words": float((~frame["known"]).sum() / runs),
    }
    return metrics | {name: value for name, value in counts.items() if pd.notna(value)}


def metrics_by_seed(predictions: pd.DataFrame) -> pd.DataFrame:
    """Figures of each seed's own network.

    Args:
        predictions: A predictions frame with a column seed, of the test part and, where they were
            tagged, the validation and the training part.

    Returns:
        One row a seed: seed, token_accuracy, sentence_accuracy and unknown_accuracy of the test
        part, validation_<the same> and training_<the same> of the others, fractions; see
        `evaluate_tags`.

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    rows = [
        {"seed": seed, **_parts(frame)} for seed, frame in predictions.groupby("seed", sort=False)
    ]
    return pd.DataFrame(rows)


def tagger_metrics(predictions: pd.DataFrame) -> dict[str, float]:
    """All figures of a tagger, flat.

    Args:
        predictions: Of the networks of one or several seeds.

    Returns:
        The means over the seeds of the figures of `metrics_by_seed`; where there are several seeds
        `<figure>_sd` (n - 1) too; the interval and the counts of `evaluate_tags` on the test part.

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    test = evaluate_tags(_part(predictions, "test"))
    metrics = over_seeds(metrics_by_seed(predictions))
    return metrics | {name: value for name, value in test.items() if name not in metrics}


def per_tag(frame: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall and F1 of each tag.

    A tag that was never trained on is a row with recall 0; its precision is undefined.

    Args:
        frame: A predictions frame.

    Returns:
        One row a tag, alphabetically: tag, precision, recall, f1 (fractions, NaN where undefined)
        and support (words of the tag; of several seeds, each counts).

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    words = checked_tags(frame)
    figures = precision_and_recall(words["actual"], words["predicted"], _tags(words))
    return figures.rename(columns={"class": "tag"})


def confusion(frame: pd.DataFrame) -> pd.DataFrame:
    """How often each tag is taken for each other.

    Args:
        frame: A predictions frame.

    Returns:
        Counts [C, C] for `figures.confusion_matrix`, its names the index: a row an actual tag, a
        column a predicted one, alphabetically; of several seeds, each counts.

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    words = checked_tags(frame)
    return confusion_counts(words["actual"], words["predicted"], _tags(words))


def _tags(words: pd.DataFrame) -> list[str]:
    """All tags that are there or predicted, also those that no model can predict."""
    return sorted({*words["actual"].unique(), *words["predicted"].unique()})


def _part(frame: pd.DataFrame, part: str) -> pd.DataFrame:
    return frame[frame["part"] == part]


def _parts(frame: pd.DataFrame) -> dict[str, float]:
    """The accuracies in the test part and, where there are such, in the others."""
    return {
        f"{prefix}{name}": value
        for part, prefix in _PREFIXES.items()
        if part == "test" or (frame["part"] == part).any()
        for name, value in _accuracies(_part(frame, part)).items()
    }


def _accuracies(frame: pd.DataFrame) -> dict[str, float]:
    sentences = by_sentence(frame)
    metrics = {
        "token_accuracy": float(sentences["hits"].sum() / sentences["words"].sum()),
        "sentence_accuracy": float(sentences["whole"].mean()),
    }
    unknown = frame[~frame["known"]]
    if len(unknown):
        metrics["unknown_accuracy"] = float((unknown["actual"] == unknown["predicted"]).mean())
    return metrics
