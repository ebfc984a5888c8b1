"""Nodes of `pos_tagger` that judge taggers, compare them and draw."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.tag_errors import (
    accuracy_by_frequency,
    most_confused,
    sample_sentences,
)
from dl_pipelines.evaluation.tag_folds import summarize_tag_folds
from dl_pipelines.evaluation.tagged_page import tagged_page
from dl_pipelines.evaluation.tagging import confusion, per_tag, tagger_metrics
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params.tagging import SentenceHoldout, Tagger, TagReport
from dl_pipelines.pipelines.pos_tagger.adapters import learnt_sentences
from dl_pipelines.pipelines.pos_tagger.comparison import (
    compare,
    draw,
    gather_metrics,
    judge,
)

Table = pd.DataFrame

DRAWN = 6  # sentences in the figure


def evaluate_holdout(
    votes: Table, tokens: Table, holdout: SentenceHoldout
) -> tuple[dict[str, float], Table, Table, Table, Table]:
    """Judge the tags of the test words: how many are right, and which are not."""
    test = votes[votes["part"] == "test"]
    return (
        tagger_metrics(votes.assign(seed=0)),
        per_tag(test),
        confusion(test).reset_index(names="actual"),
        most_confused(test),
        accuracy_by_frequency(test, learnt_sentences(tokens, holdout)),
    )


def evaluate_kfold(kfold_predictions: Table) -> dict[str, float]:
    """Judge the tags of each fold; nothing where this evaluation is left out."""
    return summarize_tag_folds(kfold_predictions)


def draw_training(history: Table, tagger: Tagger) -> dict[str, Figure]:
    """Draw how a network learnt; of several losses that of the tags."""
    rows = history.assign(train_loss=history.get("train_tag_loss", history["train_loss"]))
    loss = "Cross-entropy of the tags (nats)"
    drawn = {"loss_curves.png": figures.loss_curves(rows, tagger.architecture, loss=loss)}
    if "valid_accuracy" in history:
        drawn["accuracy_curves.png"] = figures.accuracy_curves(history, tagger.architecture)
    return drawn


def choose_tagger(report: TagReport, **weights: Weights) -> Weights:
    """Keep the network that is judged where `pos_tag` finds it."""
    return weights[f"{report.judged}_weights"]


def report_results(
    *,
    data_report: dict[str, Any],
    report: TagReport,
    word_lstm: Tagger,
    char_bilstm: Tagger,
    **results: Any,
) -> tuple[dict[str, float], Table, str, dict[str, str]]:
    """Put all figures into one flat dictionary, one table and one verdict."""
    networks = {"word_lstm": word_lstm, "char_bilstm": char_bilstm}
    name = networks[report.judged].name
    tags = {"dataset": data_report["treebank"], "data.source": data_report["source"]}
    return (
        gather_metrics(results, networks, report.judged),
        compare(results, networks),
        judge(results, name, report.judged, data_report),
        tags | {"judged": name},
    )


def draw_results(
    *, report: TagReport, word_lstm: Tagger, char_bilstm: Tagger, **results: Table
) -> tuple[dict[str, Figure], str]:
    """Draw which tags and words are hard, and show sentences with their tags."""
    name = {"word_lstm": word_lstm, "char_bilstm": char_bilstm}[report.judged].name
    votes = results[f"{report.judged}_votes"]
    test = votes[votes["part"] == "test"]
    sentences = sample_sentences(test, report.shown)
    page = tagged_page(f"Tags of the {name}", "Test sentences drawn at random", sentences)
    return draw(results, sample_sentences(test, DRAWN), report.judged), page
