"""What a classifier answers for pictures whose digits nobody has told.

Shapes: N pictures, n of them without a problem, C classes.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.evaluation.wording import percent

_WAVERING = 0.9  # of confidence; below it an answer is worth a look
_LETTERS = 38  # of a column, two of which fit into a terminal


def picture_predictions(
    files: NDArray[np.str_],
    problems: NDArray[np.str_],
    probabilities: NDArray[np.float64],
    *,
    model: str,
) -> pd.DataFrame:
    """The table of all pictures.

    Args:
        files: Names [N].
        problems: Why a picture has no answer [N]; empty where it has one.
        probabilities: Of the classes, for the pictures without a problem [n, C].
        model: The pipeline that trained the networks.

    Returns:
        Columns file, predicted (a class, or missing), confidence (its probability), p_0 …, problem
        and model.
    """
    sound = np.flatnonzero(problems == "")
    known = pd.DataFrame(probabilities, index=sound).add_prefix("p_")
    known.insert(0, "confidence", probabilities.max(axis=1))
    known.insert(0, "predicted", probabilities.argmax(axis=1))
    table = known.reindex(range(len(files))).astype({"predicted": "Int64"})
    table.insert(0, "file", files)
    return table.assign(problem=problems, model=model)


def picture_listing(predictions: pd.DataFrame) -> pd.DataFrame:
    """The same for a terminal: columns file and answer, texts; for some the answer is a problem."""
    answers = [
        f"{predicted}, {percent(confidence, 1)}" if not problem else problem.partition(":")[0]
        for predicted, confidence, problem in zip(
            predictions["predicted"],
            predictions["confidence"],
            predictions["problem"].fillna(""),
            strict=True,
        )
    ]
    columns = {"file": predictions["file"].tolist(), "answer": answers}
    return pd.DataFrame({name: [*map(_shortened, texts)] for name, texts in columns.items()})


def _shortened(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def picture_metrics(predictions: pd.DataFrame) -> dict[str, float]:
    """How many pictures there are, have a problem and leave doubts; how sure the answers are."""
    confidence = predictions["confidence"].dropna()
    counts: dict[str, float] = {
        "pictures": len(predictions),
        "problems": len(predictions) - len(confidence),
        "wavering": int((confidence < _WAVERING).sum()),
    }
    return counts if confidence.empty else counts | {"mean_confidence": confidence.mean()}


def picture_verdict(
    predictions: pd.DataFrame, *, model: str, recipe: str, networks: str, shown: int
) -> str:
    """What was read, in sentences.

    Args:
        predictions: Table of `picture_predictions`.
        model: The pipeline that trained the networks.
        recipe: Its recipe.
        networks: How many networks voted.
        shown: How many rows of the table a reader has before him.
    """
    metrics = picture_metrics(predictions)
    total, read = metrics["pictures"], metrics["pictures"] - metrics["problems"]
    voters = f"{networks} network{'s' * (networks != '1')}"
    sentences = [f"{model} ({recipe}, {voters}) has read {read:,} of {total:,} pictures."]
    if read:
        sentences.append(
            f"Its mean confidence is {percent(metrics['mean_confidence'], 1)}; "
            f"{metrics['wavering']:,} of its answers have less than {percent(_WAVERING, 1)}."
        )
    sentences.append("How often it is right is not known: nobody has told it the digits.")
    if total > shown:
        sentences.append(f"Listed are the first {shown:,}; predictions.csv has all.")
    return " ".join(sentences)
