"""Runs of several generators, read to be compared. Book 8.4: VAE against GAN."""

import math
from typing import Any

import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.generator_tables import table_verdict
from dl_pipelines.evaluation.wording import short

_TAGS = {
    "tags.classifier": "network",
    "tags.recipe": "recipe",
    "tags.profile": "profile",
    "tags.data.source": "source",
}
_SAME_FLOOR = 1.05  # times another run's: the floors of as many samples differ by less


def judged_runs(runs: pd.DataFrame, *, dataset: str) -> pd.DataFrame:
    """Runs in the form that they are compared in.

    Args:
        runs: One row a run: pipeline, run_id, started, url, tags.classifier (whose features were
            used), tags.recipe, tags.profile, possibly tags.data.source, metrics.<name> and
            artifacts.<path>; attrs["pipelines"]: all that were looked for.
        dataset: What the runs have learnt from.

    Returns:
        The same with network, recipe, profile, source, quick (whether it was a short training) and
        plain names of metrics, without other tags; attrs["missing"]: pipelines without a run.

    Raises:
        DataError: If there are no runs, or they were judged by different classifiers.
    """
    expected = runs.attrs["pipelines"]
    if runs.empty:
        raise DataError(
            f"there are no finished runs of {dataset} to compare: run "
            f"{' or '.join(_command(pipeline, dataset) for pipeline in expected)} first."
        )
    judged = runs.rename(columns=_TAGS).rename(columns=lambda name: name.removeprefix("metrics."))
    judged = judged.drop(columns=[name for name in judged if str(name).startswith("tags.")])
    _check_networks(judged, dataset)
    judged = judged.assign(quick=judged["profile"] == "quick")
    judged.attrs = {"missing": [name for name in expected if name not in set(runs["pipeline"])]}
    return judged


def _command(pipeline: str, dataset: str) -> str:
    return f"kedro run --pipeline {pipeline} --params mnist.dataset={dataset}"


def _check_networks(runs: pd.DataFrame, dataset: str) -> None:
    if runs["network"].nunique(dropna=False) == 1:
        return
    newest = runs.sort_values("started")["network"].iloc[-1]
    others = runs.loc[runs["network"] != newest, "pipeline"]
    own = zip(runs["pipeline"], runs["network"], strict=True)
    raise DataError(
        "features of different networks cannot be compared "
        f"({', '.join(f'{pipeline}: {network}' for pipeline, network in own)}): run "
        f"{' and '.join(_command(pipeline, dataset) for pipeline in others)} again, so that all "
        f"are judged by {newest}, as the newest run was."
    )


def run_figures(runs: pd.DataFrame) -> dict[str, float]:
    """The figures of all runs in one flat mapping.

    Args:
        runs: Of `judged_runs`.

    Returns:
        "<pipeline>.<figure>" → number, without those that a run does not have.
    """
    return {
        f"{run['pipeline']}.{name}": float(run[name])
        for run in runs.to_dict("records")
        for name in runs.select_dtypes("number")
        if math.isfinite(run[name])
    }


def run_tags(runs: pd.DataFrame, *, dataset: str) -> dict[str, str]:
    """What was compared, as tags.

    Args:
        runs: Of `judged_runs`.
        dataset: What the runs have learnt from.

    Returns:
        dataset, classifier, profile (quick if one of the runs was), and of each pipeline
        <pipeline>.run, <pipeline>.recipe and <pipeline>.profile.
    """
    described = {
        f"{run['pipeline']}.{key}": str(run[column])
        for run in runs.to_dict("records")
        for key, column in (("run", "run_id"), ("recipe", "recipe"), ("profile", "profile"))
    }
    profile = "quick" if runs["quick"].any() else "full"
    shared = {"dataset": dataset, "classifier": runs["network"].iloc[0], "profile": profile}
    return shared | described


def comparison_verdict(table: pd.DataFrame, runs: pd.DataFrame, *, dataset: str) -> str:
    """Say which generator is best in which respect, and what weakens the comparison.

    Args:
        table: Of `generator_tables.generator_table`.
        runs: Of `judged_runs`.
        dataset: What the runs have learnt from.

    Returns:
        A few sentences: the comparison, whose features these are; short trainings, different
        images, different floors and pipelines without a run, where there are any.
    """
    quick = runs.loc[runs["quick"], "pipeline"]
    sentences = [
        table_verdict(table),
        f"All were judged on {dataset} by {runs['network'].iloc[0]}",
        f"Quick runs, short trainings for a look: {', '.join(quick)}" if len(quick) else "",
        _sources(runs),
        _floors(runs["frechet_floor"]),
        *(
            f"{pipeline} has no finished run: {_command(pipeline, dataset)}"
            for pipeline in runs.attrs["missing"]
        ),
    ]
    return f"{'. '.join(filter(None, sentences))}."


def _sources(runs: pd.DataFrame) -> str:
    if "source" not in runs or runs["source"].nunique() <= 1:
        return ""
    own = zip(runs["pipeline"], runs["source"], strict=True)
    return (
        "Their images come from different places, so that this is no fair comparison "
        f"({', '.join(f'{pipeline}: {source}' for pipeline, source in own)})"
    )


def _floors(floors: "pd.Series[Any]") -> str:
    low, high = floors.min(), floors.max()
    if high <= _SAME_FLOOR * low:
        return ""
    return (
        f"Their floors differ ({short(low)} to {short(high)}), as those of unequal numbers of "
        "samples do: compare multiples of the floor"
    )
