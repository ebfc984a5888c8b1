"""From frames of words to what taggers learn from, and back."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import torch

from dl_pipelines.data.folds import KFold
from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.data.word_vectors import placed_vectors
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.tagging import SentenceFolds, SentenceHoldout, Tagger, TaggerTraining
from dl_pipelines.pipelines.tagger_weights import pack_weights, tag
from dl_pipelines.training.taggers import Task, fit_taggers

Vectors = Mapping[str, Any]


def learnt_sentences(tokens: pd.DataFrame, holdout: SentenceHoldout) -> pd.DataFrame:
    """The training sentences that are used, and those that validate."""
    used = holdout.sentences or len(tokens)
    train = (tokens["part"] == "train") & (tokens["sentence"] < used)
    return tokens[train | (tokens["part"] == "valid")]


def task_of(
    tokens: pd.DataFrame, tagger: Tagger, training: TaggerTraining, vectors: Vectors
) -> tuple[Vocabulary, Task]:
    """What taggers learn from, with the vocabulary of the training sentences alone.

    Args:
        tokens: Words of the parts `train` and, where there is one, `valid`.
        tagger: What they are.
        training: How they learn.
        vectors: `words`, and their vectors as `values` [words, E]; both are empty where there are
            none.
    """
    train, valid = (tokens[tokens["part"] == part] for part in ("train", "valid"))
    more = vectors["words"].tolist()
    reading = tagger.reading.model_dump()
    vocabulary = Vocabulary.fit(train, training.kinds, **reading, more=more)
    task = Task(
        vocabulary.encode(train),
        vocabulary.encode(valid) if len(valid) else None,
        vocabulary.sizes,
        [*vocabulary.words.values()],
        torch.from_numpy(placed_vectors(vocabulary, more, vectors["values"])) if more else None,
    )
    return vocabulary, task


def fitting_settings(
    tagger: Tagger, training: TaggerTraining, compute: Compute, checkpoints: Checkpoints
) -> dict[str, Any]:
    """Keyword arguments of `training.taggers.fit_taggers`."""
    return {
        "tagger": tagger.model_dump(),
        "training": training.model_dump(),
        "compute": compute.model_dump(),
        "checkpoints": checkpoints.model_dump(),
    }


def folds_of(tokens: pd.DataFrame, kfold: SentenceFolds) -> list[pd.DataFrame]:
    """The training sentences, once a fold: parts `train` and `test`, and the number of the fold.

    Raises:
        SettingError: If there are fewer sentences than folds.
    """
    if not kfold.folds:
        return []
    train = tokens[tokens["part"] == "train"]
    numbers = train["sentence"].drop_duplicates()
    used = numbers.sample(
        min(kfold.sentences or len(numbers), len(numbers)), random_state=kfold.seed
    )
    used = used.sort_values()
    train = train[train["sentence"].isin(used)]
    folds = []
    for number, split in enumerate(KFold(kfold.folds, kfold.seed).split(len(used))):
        tested = train["sentence"].isin(used.iloc[split.test])
        folds.append(train.assign(part=tested.map({True: "test", False: "train"}), fold=number))
    return folds


def cross_tag(
    folds: list[pd.DataFrame],
    vectors: Vectors,
    *,
    tagger: Tagger,
    training: TaggerTraining,
    compute: Compute,
    checkpoints: Checkpoints,
) -> pd.DataFrame:
    """Tag each fold by a network of the first seed that has not seen it."""
    one = training.model_copy(update={"seeds": training.seeds[:1]})
    tasks = [task_of(fold, tagger, one, vectors) for fold in folds]
    settings = fitting_settings(tagger, one, compute, checkpoints)
    fits = fit_taggers([task for _, task in tasks], **settings)
    tagged = []
    for fold, (vocabulary, _), fit in zip(folds, tasks, fits, strict=True):
        told = {"identity": "", "treebank": ""}
        weights = pack_weights(fit, one.seeds, tagger, vocabulary, **told)
        _, votes = tag(fold[fold["part"] == "test"], weights, compute)
        tagged.append(votes.assign(fold=fold["fold"].iloc[0]))
    return pd.concat(tagged, ignore_index=True) if tagged else pd.DataFrame()


def cross_tag_baseline(
    folds: list[pd.DataFrame], baseline: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    """Tag each fold by a baseline fitted on the others."""
    tagged = [baseline(fold).assign(fold=fold["fold"].iloc[0]) for fold in folds]
    return pd.concat(tagged, ignore_index=True) if tagged else pd.DataFrame()
