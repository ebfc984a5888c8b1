"""The taggers of a run side by side: what they are called, and all their figures."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.seeds import over_seeds
from dl_pipelines.evaluation.tag_report import tag_table, tag_verdict
from dl_pipelines.evaluation.tagging import metrics_by_seed
from dl_pipelines.params.tagging import Tagger

BASELINES = ("most_frequent", "affix_logistic")

Results = Mapping[str, Any]
"""`<model>_votes`, `_holdout_metrics` and `_kfold_metrics` of each model; of networks also
`_predictions` (of each seed) and `_timing`."""


def compare(results: Results, networks: Mapping[str, Tagger]) -> pd.DataFrame:
    """One row a tagger; of a network of several seeds one for their mean and one for their vote."""
    frames, seconds = {}, {}
    for model, tagger in networks.items():
        frame, votes = results[f"{model}_predictions"], results[f"{model}_votes"]
        seeds = frame["seed"].nunique()
        took = results[f"{model}_timing"]["train_seconds"]
        voters = f"{tagger.name}, vote" if seeds > 1 else tagger.name
        if seeds > 1:
            frames[f"{tagger.name}, mean"] = frame
            seconds[f"{tagger.name}, mean"] = took
        frames[voters], seconds[voters] = votes, took * seeds
    frames |= {name: results[f"{name}_votes"] for name in BASELINES}
    return tag_table(frames, seconds)


def gather_metrics(
    results: Results, networks: Mapping[str, Tagger], judged: str
) -> dict[str, float]:
    """All figures, flat; those of the judged network without a prefix, too."""
    metrics: dict[str, float] = dict(results[f"{judged}_holdout_metrics"])
    for model in (*networks, *BASELINES):
        own = results[f"{model}_holdout_metrics"] | results[f"{model}_kfold_metrics"]
        if model in networks:
            by_seed = metrics_by_seed(results[f"{model}_predictions"])
            if len(by_seed) > 1:
                own |= {f"seeds.{name}": value for name, value in over_seeds(by_seed).items()}
            own |= results[f"{model}_timing"]
        metrics |= {f"{model}.{name}": value for name, value in own.items()}
    rivals = [metrics[f"{name}.token_accuracy"] for name in BASELINES]
    return metrics | {"baseline_accuracy": max(rivals)}


def judge(results: Results, name: str, judged: str, report: Mapping[str, Any]) -> str:
    """The verdict on the judged network, with the cross-validation where there is one."""
    frames = {baseline: results[f"{baseline}_votes"] for baseline in BASELINES}
    frames[name] = results[f"{judged}_votes"]
    told = {"dataset": report["treebank"], "source": report["source"]}
    verdict = tag_verdict(frames, network=name, baselines=BASELINES, **told)
    folds = results[f"{judged}_kfold_metrics"]
    if not folds:
        return verdict
    mean, sd = (100 * folds[f"kfold.token_accuracy{end}"] for end in ("", "_sd"))
    return f"{verdict} k-fold on training sentences: {mean:.2f} % ± {sd:.2f} of the words."


def draw(results: Results, sentences: pd.DataFrame, judged: str) -> dict[str, Figure]:
    """Which tags and words are hard, and some sentences with their tags.

    Args:
        results: `<model>_per_tag` and `_by_frequency`, and `_confusion` of the judged one.
        sentences: Predictions of the sentences to show.
        judged: The judged network.
    """
    confusion = results[f"{judged}_confusion"].set_index("actual")
    note = "Test sentences drawn at random"
    return {
        "tag_scores.png": figures.tag_scores(_by_model(results, "per_tag", judged)),
        "word_frequency.png": figures.word_frequency(_by_model(results, "by_frequency", judged)),
        "confusion.png": figures.confusion_matrix(confusion, [*confusion.index]),
        "tagged_sentences.png": figures.tagged_sentences(sentences, judged, note),
    }


def _by_model(results: Results, dataset: str, judged: str) -> dict[str, pd.DataFrame]:
    """One kind of table of all models, the judged one first."""
    names = [name.removesuffix(f"_{dataset}") for name in results if name.endswith(dataset)]
    return {name: results[f"{name}_{dataset}"] for name in sorted(names, key=judged.__ne__)}
