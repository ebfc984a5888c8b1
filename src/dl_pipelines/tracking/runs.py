"""The runs of one `kedro run`: a parent, below it the variants, below them the seeds."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dl_pipelines.tracking.descriptions import NOTE, escaped, nested_note
from dl_pipelines.tracking.pages import run_page, run_place
from dl_pipelines.tracking.run_clock import RunClock
from dl_pipelines.tracking.run_note import RunNote

if TYPE_CHECKING:
    from mlflow import MlflowClient

Path = tuple[str, ...]  # () is the parent run, ("lstm", "seed 0") a seed of a variant

_METRICS_PER_REQUEST = 1000  # MLflow's limits
_PARAMS_PER_REQUEST = 100


class RunTree:
    """Creates runs when something is logged to them, and ends them together.

    Attributes:
        client: The tracking store.
        experiment_id: The experiment that the runs belong to.
        note: The description of the parent run, which is written when it begins and when it ends.
        clock: The time that things are logged at.
    """

    def __init__(
        self,
        client: "MlflowClient",
        experiment_id: str,
        *,
        name: str,
        tags: Mapping[str, str],
        params: Mapping[str, str],
        note: RunNote,
    ) -> None:
        """Start the parent run.

        Args:
            client: The tracking store.
            experiment_id: The experiment.
            name: Name of the parent run.
            tags: Tags of the parent run.
            params: All parameters by their dotted names. The parent shows all of them, a variant
                its own without its name, so that variants are compared column by column.
            note: The description of the parent run.

        Raises:
            mlflow.exceptions.MlflowException: If the store fails; a run that was made has failed.
        """
        self.client = client
        self.experiment_id = experiment_id
        self.note = note
        self._name, self._params = name, params
        self._runs: dict[Path, str] = {}
        self._begun: set[Path] = set()
        self._ended: set[Path] = set()
        self.clock = RunClock()
        self._create((), name, {**tags, NOTE: note.text("RUNNING")})

    def run_id(self, path: Path = ()) -> str:
        """The id of a run; it and the runs above it are created if they do not exist."""
        if path not in self._runs:
            parent = self.run_id(path[:-1])
            place = run_place(self.experiment_id, self.run_id())
            note = nested_note(path, self._name, place)
            self._create(path, path[-1], {"mlflow.parentRunId": parent, NOTE: note})
        return self._runs[path]

    def page(self) -> str:
        """The address of the parent run's page."""
        return run_page(self.client.tracking_uri, self.experiment_id, self.run_id())

    def conclude(self, path: Path, name: str, verdict: str) -> None:
        """Describe a run by its verdict, which the whole run's description has, too.

        Args:
            path: The run.
            name: The name of the dataset.
            verdict: Sentences.
        """
        self.note.verdicts[".".join((*path, name))] = verdict
        if path:
            place = run_place(self.experiment_id, self.run_id())
            what = nested_note(path, self._name, place)
            self.log_tags(path, {NOTE: f"{escaped(verdict)}\n\n{what}"})

    def fail(self, sentence: str, node: str) -> None:
        """Say where and why the run has failed; the node is empty if it was in none."""
        self.note.failure, self.note.failed_node = sentence, node
        self.log_tags((), {"error": sentence} | ({"failed.node": node} if node else {}))

    def log_params(self, path: Path, params: Mapping[str, Any]) -> None:
        """Log parameters, as text."""
        # heavy: imported when used
        from mlflow.entities import Param  # noqa: PLC0415

        entries = [Param(name, str(value)) for name, value in params.items()]
        for first in range(0, len(entries), _PARAMS_PER_REQUEST):
            batch = entries[first : first + _PARAMS_PER_REQUEST]
            self.client.log_batch(self.run_id(path), params=batch)

    def log_metrics(self, path: Path, points: Iterable[tuple[str, float, int]]) -> None:
        """Log metrics, many points a request (one point a request is 100 times slower).

        Args:
            path: The run.
            points: Name, value and step of each point.
        """
        # heavy: imported when used
        from mlflow.entities import Metric  # noqa: PLC0415

        now = self.clock.now()
        entries = [Metric(name, value, now, step) for name, value, step in points]
        for first in range(0, len(entries), _METRICS_PER_REQUEST):
            batch = entries[first : first + _METRICS_PER_REQUEST]
            self.client.log_batch(self.run_id(path), metrics=batch)

    def log_tags(self, path: Path, tags: Mapping[str, str]) -> None:
        """Set tags of a run."""
        # heavy: imported when used
        from mlflow.entities import RunTag  # noqa: PLC0415

        entries = [RunTag(name, text) for name, text in tags.items()]
        self.client.log_batch(self.run_id(path), tags=entries)

    def log_trial(
        self,
        path: Path,
        *,
        params: Mapping[str, Any],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        status: str,
    ) -> None:
        """Log a run that is over in one request, as there may be hundreds, and end it."""
        # heavy: imported when used
        from mlflow.entities import Metric, Param, RunTag  # noqa: PLC0415

        now = self.clock.now()
        self.client.log_batch(
            self.run_id(path),
            metrics=[Metric(name, value, now, 0) for name, value in metrics.items()],
            params=[Param(name, str(value)) for name, value in params.items()],
            tags=[RunTag(name, text) for name, text in tags.items()],
        )
        self.end(path, status)

    def end(self, path: Path, status: str = "FINISHED") -> None:
        """End one run."""
        self.client.set_terminated(self.run_id(path), status, self.clock.now())
        self._ended.add(path)

    def end_all(self, status: str) -> None:
        """End all runs that have not ended, the lowest first.

        Args:
            status: `FINISHED`, `FAILED` or `KILLED`.
        """
        self.log_tags((), {NOTE: self.note.text(status)})
        for path in sorted(self._runs.keys() - self._ended, key=len, reverse=True):
            self.end(path, status)

    def _create(self, path: Path, name: str, tags: Mapping[str, str]) -> None:
        self._runs[path] = self._interrupted_creation(path) or self._created(path, name, tags)
        prefix = "".join(f"{part}." for part in path)
        own = {k.removeprefix(prefix): v for k, v in self._params.items() if k.startswith(prefix)}
        try:
            self.log_params(path, own)
        except Exception:
            if not path:  # nobody has this run yet, to end it or to try again
                with suppress(Exception):  # the failure before this one is the one to be seen
                    self.end(path, "FAILED")
            del self._runs[path]  # another attempt is to log them
            raise

    def _created(self, path: Path, name: str, tags: Mapping[str, str]) -> str:
        self._begun.add(path)
        now = self.clock.now()
        run = self.client.create_run(self.experiment_id, now, tags=dict(tags), run_name=name)
        return str(run.info.run_id)

    def _interrupted_creation(self, path: Path) -> str | None:
        """The run that an attempt before has made whose answer never came, or not all of it."""
        if path not in self._begun:
            return None
        parent = f"tags.`mlflow.parentRunId` = '{self.run_id(path[:-1])}'"
        # MLflow knows no escapes: a name with an apostrophe is fine in double quotes.
        named = f'attributes.run_name = "{path[-1]}"'
        found = self.client.search_runs([self.experiment_id], f"{parent} and {named}")
        return str(found[0].info.run_id) if found else None
