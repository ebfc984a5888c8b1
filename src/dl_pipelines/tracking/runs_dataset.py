"""Runs tracked before, as a frame: what pipelines that compare pipelines read."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn, cast, get_args

import pandas as pd
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import AbstractDataset, DataCatalog, DatasetError

from dl_pipelines.errors import DlPipelinesError
from dl_pipelines.params import Tracking
from dl_pipelines.tracking.champion import ChampionDataset, ChampionRecordDataset
from dl_pipelines.tracking.pages import run_page
from dl_pipelines.tracking.store import is_absent, open_store, readable, tracking_uri
from dl_pipelines.tracking.transfers import transfer

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

logger = logging.getLogger(__name__)

PARENT = "mlflow.parentRunId"  # the tag of a run that is below another

_PAGE = 100  # runs a request


class MLflowRunsDataset(AbstractDataset[NoReturn, pd.DataFrame]):
    """The newest finished run of each of several pipelines; read-only.

    Attributes:
        settings: How runs are tracked; see `RunsHook`.
        metadata: Free notes for hooks.
    """

    def __init__(
        self,
        path: str,
        pipelines: Sequence[str],
        *,
        tags: Mapping[str, str] | None = None,
        metrics: Sequence[str] = (),
        artifacts: Sequence[str] = (),
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Say which runs are wanted.

        Args:
            path: The project's root (Kedro resolves a key of this name against it).
            pipelines: The pipelines, each run on its own.
            tags: What a run's tags must be; runs below it, such as those of seeds, have none.
            metrics: Those that a run must have; one of some nodes only may end without.
            artifacts: Files to read, by their paths within a run.
            metadata: Free notes for hooks.
        """
        self._root = Path(path)
        self._pipelines = [*pipelines]
        self._tags = dict(tags or {})
        self._metrics = frozenset(metrics)
        self._artifacts = [*artifacts]
        self.settings = Tracking()
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the newest run of each pipeline that is finished and has what was asked for.

        Returns:
            One row a run, in the order of the pipelines: pipeline, run_id, started (UTC), url (of
            its page; that of a local store once `mlflow ui` runs), tags.<name>, metrics.<name> and
            artifacts.<path>, the bytes of a file or None. Pipelines without such a run have no row;
            attrs["pipelines"] names all.

        Raises:
            TrackingError: If the store cannot be read.
        """
        uri = tracking_uri(self._root, self.settings.uri)
        frame = pd.DataFrame([] if is_absent(uri) else self._rows(uri))
        frame.attrs["pipelines"] = self._pipelines
        return frame

    def save(self, data: NoReturn) -> None:
        """Refuse: the tracking hook writes runs."""
        raise DatasetError("runs that were tracked are read and never written.")

    def _rows(self, uri: str) -> list[dict[str, Any]]:
        with readable(uri, "the runs tracked"):
            client = open_store(uri)
            newest = {name: next(self._runs(client, name), None) for name in self._pipelines}
        return [self._row(client, name, run) for name, run in newest.items() if run]

    def _runs(self, client: "MlflowClient", pipeline: str) -> Iterator["Run"]:
        """The runs of a pipeline that will do, newest first."""
        experiment = client.get_experiment_by_name(self.settings.experiment or pipeline)
        if experiment is None:
            return
        token = None
        while True:
            page = client.search_runs(
                [experiment.experiment_id],
                self._filter(pipeline),
                max_results=_PAGE,
                order_by=["attributes.start_time DESC"],
                page_token=token,
            )
            yield from filter(self._complete, page)
            token = page.token
            if not token:
                return

    def _complete(self, run: "Run") -> bool:
        return PARENT not in run.data.tags and self._metrics <= run.data.metrics.keys()

    def _filter(self, pipeline: str) -> str:
        conditions = ["attributes.status = 'FINISHED'"]
        conditions += [f"tags.`{name}` = '{value}'" for name, value in self._tags.items()]
        if self.settings.experiment:  # all pipelines share it; the hook names a run by its own
            conditions.append(f"attributes.run_name LIKE '{pipeline} %'")
        return " AND ".join(conditions)

    def _row(self, client: "MlflowClient", pipeline: str, run: "Run") -> dict[str, Any]:
        info = run.info
        tags = {k: text for k, text in run.data.tags.items() if not k.startswith("mlflow.")}
        return {
            "pipeline": pipeline,
            "run_id": info.run_id,
            "started": pd.Timestamp(info.start_time, unit="ms", tz="UTC"),
            "url": run_page(client.tracking_uri, info.experiment_id, info.run_id),
            **{f"tags.{name}": text for name, text in tags.items()},
            **{f"metrics.{name}": value for name, value in run.data.metrics.items()},
            **{f"artifacts.{f}": _artifact(client, info.run_id, f) for f in self._artifacts},
        }

    def _describe(self) -> dict[str, Any]:
        return {"pipelines": self._pipelines, "tags": self._tags}


_Told = MLflowRunsDataset | ChampionDataset | ChampionRecordDataset
_TOLD = {f"{kind.__module__}.{kind.__qualname__}" for kind in get_args(_Told)}


class RunsHook:
    """Tells datasets of MLflow where runs are tracked: a parameter, which no catalog can see."""

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Read the settings that the tracking hook reads, too.

        Raises:
            SettingError: If the parameters under `tracking` are wrong.
        """
        parameters = context.config_loader["parameters"]
        self._settings = Tracking.model_validate(parameters.get("tracking") or {})

    @hook_impl
    def after_catalog_created(self, catalog: DataCatalog) -> None:
        """Hand them on."""
        for name, entry in catalog.config_resolver.config.items():
            if entry["type"] in _TOLD:
                cast(_Told, catalog[name]).settings = self._settings


def _artifact(client: "MlflowClient", run_id: str, path: str) -> bytes | None:
    """A file of a run; None where there is none or its store cannot be reached."""
    try:
        folder = path.rpartition("/")[0] or None
        if path not in {file.path for file in client.list_artifacts(run_id, folder)}:
            return None
        with TemporaryDirectory() as place, transfer(client.tracking_uri):
            return Path(client.download_artifacts(run_id, path, place)).read_bytes()
    except Exception as error:  # whatever the place of artifacts lacks, the figures are there
        reason = DlPipelinesError(str(error))  # without the server's password
        logger.warning("%s of run %s cannot be read: %s", path, run_id, reason)
        return None
