"""What becomes of a dataset in MLflow, by the word in its catalog entry's `metadata.mlflow`."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dl_pipelines.tracking import registry, runs
from dl_pipelines.tracking.forms import served_estimator, served_network
from dl_pipelines.tracking.inputs import described, source_of
from dl_pipelines.tracking.models import Form, ModelQueue
from dl_pipelines.tracking.transfers import transfer

_TABLES = "mlflow.loggedArtifacts"  # the tag by which MLflow finds them


@dataclass(frozen=True)
class Entry:
    """A dataset that the catalog has just saved or loaded.

    Attributes:
        path: The run it belongs to.
        name: Its name without namespaces.
        data: Its content.
        file: Where the catalog keeps it; for several figures their folder, of a registration the
            model.
    """

    path: runs.Path
    name: str
    data: Any
    file: Path


def log_history(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """A frame with `seed`, `epoch` and one column a curve: one run a seed, ended at once."""
    for seed, rows in entry.data.groupby("seed"):
        path = (*entry.path, f"seed {seed}")
        tree.log_params(path, {"seed": seed})
        curves = rows.drop(columns="seed").set_index("epoch")
        known = curves.stack().dropna()  # no validation, no validation loss
        points = ((name, float(value), int(epoch)) for (epoch, name), value in known.items())
        tree.log_metrics(path, points)
        tree.end(path)


def log_seeds(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """A frame with `seed` and one column a figure: the final metrics of each seed's run."""
    for seed, rows in entry.data.set_index("seed").iterrows():
        points = ((str(name), float(value), 0) for name, value in rows.items())
        tree.log_metrics((*entry.path, f"seed {seed}"), points)
        tree.end((*entry.path, f"seed {seed}"))


def log_metrics(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """A flat mapping from name to number."""
    tree.log_metrics(entry.path, ((name, float(value), 0) for name, value in entry.data.items()))


def log_tags(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """A flat mapping from name to text."""
    tree.log_tags(entry.path, {name: str(text) for name, text in entry.data.items()})


def log_trials(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """A frame with `number`, `state`, `value`, `failure`, `seconds` and `params.*`: a run a trial.

    The state is the status of the trial's run, a failure its tag `error`; the run of the smallest
    value is tagged `best`, and the value is a metric of the run above.
    """
    best = entry.data.loc[entry.data["value"].idxmin(), "number"]
    tree.log_metrics(entry.path, [("value", float(entry.data["value"].min()), 0)])
    for trial in entry.data.to_dict("records"):
        metrics = {name: float(trial[name]) for name in ("value", "seconds")}
        params = {
            name.removeprefix("params."): value
            for name, value in trial.items()
            if name.startswith("params.")
        }
        tags = {"best": "true"} if trial["number"] == best else {}
        tree.log_trial(
            (*entry.path, f"trial {trial['number']:03}"),
            params=params,
            metrics={name: value for name, value in metrics.items() if math.isfinite(value)},
            tags={"error": trial["failure"]} if trial["failure"] else tags,
            status=trial["state"],
        )


def log_figures(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """The picture files of a figure, an animation, or a mapping from file name to figure.

    Of mappings the one that is called `figures` has the folder of that name, each other one a
    folder in it: two may have files of one name.
    """
    several = isinstance(entry.data, Mapping)
    files = [entry.file / name for name in entry.data] if several else [entry.file]
    own = several and entry.name != "figures"
    folder = f"figures/{entry.file.name}" if own else "figures"
    run_id = tree.run_id(entry.path)
    with transfer(tree.client.tracking_uri):
        for file in files:
            tree.client.log_artifact(run_id, str(file), folder)


def log_model(tree: runs.RunTree, entry: Entry, queue: ModelQueue, *, form: Form) -> None:
    """A model, in a form that can be served."""
    queue.submit(
        form,
        entry.file,
        uri=tree.client.tracking_uri,
        experiment_id=tree.experiment_id,
        run_id=tree.run_id(entry.path),
    )


def log_artifact(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """The file as the catalog wrote it."""
    run_id = tree.run_id(entry.path)
    with transfer(tree.client.tracking_uri):
        tree.client.log_artifact(run_id, str(entry.file))


def log_note(tree: runs.RunTree, entry: Entry, queue: ModelQueue) -> None:
    """A verdict in words, as a file and in the descriptions of its run and of the whole run."""
    log_artifact(tree, entry, queue)
    tree.conclude(entry.path, entry.name, entry.data)


def log_table(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """A frame, shown as a table; MLflow's log_table would append to what is there already."""
    client, run_id, file = tree.client, tree.run_id(entry.path), f"{entry.name}.json"
    text = entry.data.to_json(orient="split", index=False, date_format="iso")
    with transfer(client.tracking_uri):
        client.log_text(run_id, text, file)
    shown = json.loads(client.get_run(run_id).data.tags.get(_TABLES, "[]"))
    if (table := {"path": file, "type": "table"}) not in shown:
        tree.log_tags(entry.path, {_TABLES: json.dumps([*shown, table])})


def log_input(tree: runs.RunTree, entry: Entry, _: ModelQueue) -> None:
    """A frame, or arrays by name, that the run learns from."""
    from mlflow.entities import Dataset, DatasetInput, InputTag  # noqa: PLC0415  heavy

    dataset = described(entry.data, entry.file, entry.name)
    tags = [InputTag("mlflow.data.context", "training")]
    inputs = [DatasetInput(Dataset(**dataset.to_dict()), tags)]
    tree.client.log_inputs(tree.run_id(entry.path), inputs)
    tree.client.set_tag(tree.run_id(), "data.source", source_of(entry.data, entry.file))


KINDS: dict[str, Callable[[runs.RunTree, Entry, ModelQueue], None]] = {
    "artifact": log_artifact,
    "estimator": partial(log_model, form=served_estimator),
    "figures": log_figures,
    "history": log_history,
    "input": log_input,
    "metrics": log_metrics,
    "model": partial(log_model, form=served_network),
    "note": log_note,
    "registration": registry.log_registration,
    "seeds": log_seeds,
    "table": log_table,
    "tags": log_tags,
    "trials": log_trials,
}
