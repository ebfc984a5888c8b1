"""Nodes of `pos_tagger` that read sentences, train taggers and tag."""

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.evaluation.tag_baselines import BASELINES
from dl_pipelines.frames.treebanks import treebank_report
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Checkpoints, OneProcess
from dl_pipelines.params.tagging import (
    SentenceFolds,
    SentenceHoldout,
    TagBaseline,
    Tagger,
    TaggerTraining,
)
from dl_pipelines.pipelines.members import course
from dl_pipelines.pipelines.pos_tagger.adapters import (
    cross_tag,
    cross_tag_baseline,
    fitting_settings,
    folds_of,
    learnt_sentences,
    task_of,
)
from dl_pipelines.pipelines.tagger_weights import (
    check_weights,
    pack_weights,
    tag,
    tagger_identity,
)
from dl_pipelines.training.taggers import fit_taggers

Arrays = dict[str, NDArray[Any]]


def ingest_treebank(treebank_source: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Keep the words as they were read, and report what the treebank holds."""
    return treebank_source, treebank_report(treebank_source)


def train_holdout(
    *,
    tokens: pd.DataFrame,
    vectors: Arrays,
    data_report: dict[str, Any],
    holdout: SentenceHoldout,
    tagger: Tagger,
    training: TaggerTraining,
    compute: OneProcess,
    checkpoints: Checkpoints,
) -> tuple[Weights, pd.DataFrame, dict[str, float]]:
    """Train a network for each seed on the training sentences."""
    learnt = learnt_sentences(tokens, holdout)
    vocabulary, task = task_of(learnt, tagger, training, vectors)
    (fits,) = fit_taggers([task], **fitting_settings(tagger, training, compute, checkpoints))
    identity = tagger_identity(learnt, tagger, [training])
    told = {"identity": identity, "treebank": data_report["treebank"]}
    return pack_weights(fits, training.seeds, tagger, vocabulary, **told), *course(fits)


def tag_holdout(
    *,
    tokens: pd.DataFrame,
    weights: Weights,
    holdout: SentenceHoldout,
    tagger: Tagger,
    training: TaggerTraining,
    compute: OneProcess,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tag the validation and the test sentences by each network, and by all of them together."""
    learnt = learnt_sentences(tokens, holdout)
    check_weights(weights, tagger_identity(learnt, tagger, [training]), tagger)
    others = tokens[tokens["part"] != "train"]
    training_part = learnt[learnt["part"] == "train"] if holdout.tag_training else learnt[:0]
    return tag(pd.concat([training_part, others], ignore_index=True), weights, compute)


def tag_kfold(
    *,
    tokens: pd.DataFrame,
    vectors: Arrays,
    kfold: SentenceFolds,
    tagger: Tagger,
    training: TaggerTraining,
    compute: OneProcess,
    checkpoints: Checkpoints,
) -> pd.DataFrame:
    """Train on all folds of the training sentences but one and tag that one."""
    return cross_tag(
        folds_of(tokens, kfold),
        vectors,
        tagger=tagger,
        training=training,
        compute=compute,
        checkpoints=checkpoints,
    )


def tag_by_baseline(
    tokens: pd.DataFrame, holdout: SentenceHoldout, baseline: TagBaseline
) -> pd.DataFrame:
    """Tag the validation and the test sentences by a baseline that learns from the others."""
    learnt = learnt_sentences(tokens, holdout)
    test = tokens[tokens["part"] == "test"]
    return BASELINES[baseline.method](pd.concat([learnt, test], ignore_index=True))


def tag_folds_by_baseline(
    tokens: pd.DataFrame, kfold: SentenceFolds, baseline: TagBaseline
) -> pd.DataFrame:
    """Tag each fold of the training sentences by a baseline that learns from the others."""
    return cross_tag_baseline(folds_of(tokens, kfold), BASELINES[baseline.method])
