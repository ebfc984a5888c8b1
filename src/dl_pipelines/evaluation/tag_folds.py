"""How well a tagger does in cross-validation."""

import pandas as pd

from dl_pipelines.evaluation.tagging import evaluate_tags

_FIGURES = ["token_accuracy", "sentence_accuracy", "unknown_accuracy"]


def summarize_tag_folds(frame: pd.DataFrame) -> dict[str, float]:
    """Mean and standard deviation (k - 1) of the figures over the folds.

    Args:
        frame: A predictions frame (`evaluation.tag_predictions`) of all folds, with a column fold;
            empty where there was no cross-validation.

    Returns:
        kfold.<figure> and kfold.<figure>_sd of token_accuracy, sentence_accuracy and (where every
        fold has such words) unknown_accuracy; nothing for an empty frame.

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    if frame.empty:
        return {}
    folds = pd.DataFrame([evaluate_tags(fold) for _, fold in frame.groupby("fold")])
    shown = folds.reindex(columns=_FIGURES).dropna(axis="columns")
    return {f"kfold.{name}": float(value) for name, value in shown.mean().items()} | {
        f"kfold.{name}_sd": float(value) for name, value in shown.std(ddof=1).items()
    }
