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
    "tags.data.sample": "sample",
}
_SAME_FLOOR = 1.05  # times another run's: the floors of as many samples differ by less


def judged_runs(runs: pd.DataFrame, *, dataset: str) -> pd.DataFrame:
    """Runs in the form that they are compared in.

    Args:
        runs: One row a run: pipeline, run_id, started, url, tags.classifier (whose features were
            used), tags.recipe, tags.profile, possibly tags.data.source and tags.data.sample
            ("true" where the images were a sample of the data set only), metrics.<name> and
            artifacts.<path>; attrs["pipelines"]: all that were looked for.
        dataset: What the runs have learnt from.

    Returns:
        The same with network, recipe (without the pipeline's name), profile, source, sample, quick
        (whether it was a short training) and plain names of metrics, without other tags;
        attrs["missing"]: pipelines without a run.

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
    recipes = judged["recipe"].str.rpartition(".")[2]
    judged = judged.assign(recipe=recipes, quick=judged["profile"] == "quick")
    _check_networks(judged, dataset)
    judged.attrs = {"missing": [name for name in expected if name not in set(runs["pipeline"])]}
    return judged


def _command(pipeline: str, dataset: str, *, quick: bool = False) -> str:
    profile = ",generative.profile=quick" if quick else ""
    return f"kedro run --pipeline {pipeline} --params mnist.dataset={dataset}{profile}"


def _check_networks(runs: pd.DataFrame, dataset: str) -> None:
    if runs["network"].nunique(dropna=False) == 1:
        return
    # A quick run takes the classifier of a full one where it is there, but not the other way round.
    full = runs[~runs["quick"]]
    kind, leading = ("run", runs) if full.empty else ("full run", full)
    reference = leading.sort_values("started")["network"].iloc[-1]
    others = runs[runs["network"] != reference]
    again = [
        _command(pipeline, dataset, quick=quick)
        for pipeline, quick in zip(others["pipeline"], others["quick"], strict=True)
    ]
    own = zip(runs["pipeline"], runs["network"], strict=True)
    raise DataError(
        "features of different networks cannot be compared "
        f"({', '.join(f'{pipeline}: {network}' for pipeline, network in own)}): run "
        f"{' and '.join(again)} again, so that all are judged by {reference}, as the newest "
        f"{kind} was."
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
        A few sentences: the comparison, whose features these are; short trainings, samples of the
        images, different floors and pipelines without a run, where there are any.
    """
    quick = runs.loc[runs["quick"], "pipeline"]
    sentences = [
        table_verdict(table),
        f"All were judged on {dataset} by {runs['network'].iloc[0]}",
        f"Quick runs, short trainings for a look: {', '.join(quick)}" if len(quick) else "",
        _sample(runs),
        _floors(runs["frechet_floor"]),
        *(
            f"{pipeline} has no finished run: {_command(pipeline, dataset)}"
            for pipeline in runs.attrs["missing"]
        ),
    ]
    return f"{'. '.join(filter(None, sentences))}."


def _sample(runs: pd.DataFrame) -> str:
    """Who had a sample of the images only. Sources do not tell: one set has several."""
    if "sample" not in runs:  # older runs do not say
        return ""
    sampled = runs.loc[runs["sample"] == "true", "pipeline"]
    if len(sampled) == len(runs):
        return (
            f"All have learnt from a sample of the images ({runs['source'].iloc[0]}): no match for "
            "figures of the whole"
        )
    if runs["sample"].nunique() <= 1:
        return ""
    return (
        f"Only a sample of the images was there for {' and '.join(sampled)}, so that this is no "
        "fair comparison"
    )


def _floors(floors: "pd.Series[Any]") -> str:
    low, high = floors.min(), floors.max()
    if high <= _SAME_FLOOR * low:
        return ""
    return (
        f"Their floors differ ({short(low)} to {short(high)}), as those of unequal numbers of "
        "samples do: compare multiples of the floor"
    )
