"""The runs of one `kedro run`: a parent, below it the variants, below them the seeds."""

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dl_pipelines.tracking.store import address

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
    """

    def __init__(
        self,
        client: "MlflowClient",
        experiment_id: str,
        *,
        name: str,
        tags: Mapping[str, str],
        params: Mapping[str, str],
    ) -> None:
        """Start the parent run.

        Args:
            client: The tracking store.
            experiment_id: The experiment.
            name: Name of the parent run.
            tags: Tags of the parent run.
            params: All parameters by their dotted names. The parent shows all of them, a variant
                its own without its name, so that variants are compared column by column.
        """
        self.client = client
        self.experiment_id = experiment_id
        self._params = params
        self._runs: dict[Path, str] = {}
        self._ended: set[Path] = set()
        self._create((), name, tags)

    def run_id(self, path: Path = ()) -> str:
        """The id of a run; it and the runs above it are created if they do not exist."""
        if path not in self._runs:
            parent = self.run_id(path[:-1])
            self._create(path, path[-1], {"mlflow.parentRunId": parent})
        return self._runs[path]

    def page(self) -> str:
        """Where the parent run is shown: `mlflow ui, then #/experiments/1/runs/ab12…`."""
        server = address(self.client.tracking_uri)
        how = "mlflow ui" if server == "sqlite" else server
        return f"{how}, then #/experiments/{self.experiment_id}/runs/{self.run_id()}"

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

        now = int(time.time() * 1000)
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

        now = int(time.time() * 1000)
        self.client.log_batch(
            self.run_id(path),
            metrics=[Metric(name, value, now, 0) for name, value in metrics.items()],
            params=[Param(name, str(value)) for name, value in params.items()],
            tags=[RunTag(name, text) for name, text in tags.items()],
        )
        self.end(path, status)

    def end(self, path: Path, status: str = "FINISHED") -> None:
        """End one run."""
        self.client.set_terminated(self.run_id(path), status)
        self._ended.add(path)

    def end_all(self, status: str) -> None:
        """End all runs that have not ended, the lowest first.

        Args:
            status: `FINISHED`, `FAILED` or `KILLED`.
        """
        for path in sorted(self._runs.keys() - self._ended, key=len, reverse=True):
            self.end(path, status)

    def _create(self, path: Path, name: str, tags: Mapping[str, str]) -> None:
        run = self.client.create_run(self.experiment_id, tags=dict(tags), run_name=name)
        self._runs[path] = run.info.run_id
        prefix = "".join(f"{part}." for part in path)
        own = {k.removeprefix(prefix): v for k, v in self._params.items() if k.startswith(prefix)}
        self.log_params(path, own)
