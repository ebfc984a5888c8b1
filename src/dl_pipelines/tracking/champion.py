"""The champion of MLflow's model registry, as datasets: its networks, and what it was judged by."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError, TrackingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Tracking
from dl_pipelines.tracking.outbox import patiently
from dl_pipelines.tracking.registry import champion_record
from dl_pipelines.tracking.store import address, is_absent, open_store, readable, tracking_uri
from dl_pipelines.tracking.versions import champion_version, score_of, weights_of

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

_WHAT = "the registered models"


def checked_champion(uri: str, model: str) -> "ModelVersion":
    """The version that the alias `champion` names.

    Args:
        uri: The tracking store.
        model: The registered model.

    Raises:
        DataError: If there is none.
        TrackingError: If the store cannot be read.
    """
    with readable(uri, _WHAT):
        version = None if is_absent(uri) else champion_version(open_store(uri), model)
    if version is None:
        raise DataError(
            f"there is no champion of {model} in the registry ({address(uri)}): run "
            f"kedro run --pipeline {model} first."
        )
    return version


class ChampionDataset(AbstractDataset[NoReturn, Weights]):
    """The networks that the alias `champion` of a registered model names; read-only.

    They are downloaded once: the alias may move during a run, and what one node forecasts by a
    version the next one must not report under another's name. `release` forgets them.

    Attributes:
        settings: How runs are tracked; see `runs_dataset.RunsHook`.
        metadata: Free notes for hooks.
    """

    def __init__(self, path: str, model: str, metadata: dict[str, Any] | None = None) -> None:
        """Say which model is wanted.

        Args:
            path: The project's root (Kedro resolves a key of this name against it).
            model: The registered model, called like the pipeline that registers it.
            metadata: Free notes for hooks.
        """
        self._root = Path(path)
        self._model = model
        self._loaded: Weights | None = None
        self.settings = Tracking()
        self.metadata = metadata

    def load(self) -> Weights:
        """Return the champion as it was when it was loaded first.

        Returns:
            Its weights; the header says, beside what training has written (`learnt_from` and
            `learnt_until`, the first and the last day that it has learnt; `ts_code`, whose bars;
            `calibration`), its
            `model`, `model_version` (a whole number), `run_id` and `validation_rmse` (index points;
            None if it was registered by hand).

        Raises:
            DataError: If there is no champion, or its files are gone.
            TrackingError: If the store cannot be read.
        """
        if self._loaded is None:
            self._loaded = self._champion()
        return self._loaded

    def _champion(self) -> Weights:
        uri = tracking_uri(self._root, self.settings.uri)
        version = checked_champion(uri, self._model)
        weights = self._downloaded(version, uri)
        named = {
            "model": self._model,
            "model_version": int(version.version),
            "run_id": version.run_id,
            "validation_rmse": score_of(version),
        }
        return Weights(weights.state, weights.header | named)

    def save(self, data: NoReturn) -> None:
        """Refuse: the tracking hook registers models."""
        raise DatasetError("a champion is read and never written.")

    def _release(self) -> None:
        self._loaded = None

    def _downloaded(self, version: "ModelVersion", uri: str) -> Weights:
        try:
            return weights_of(open_store(uri), version)
        except Exception as error:  # whatever is missing there
            reason = str(error).partition("\n")[0].rstrip(".")
            raise DataError(
                f"version {version.version} of {self._model}, the champion, cannot be read "
                f"({type(error).__name__}: {reason}): put its files back, or make another "
                f"champion by kedro run --pipeline {self._model} --params "
                f"{self._model}.registry.promote=always."
            ) from error

    def _describe(self) -> dict[str, Any]:
        return {"model": self._model}


class ChampionRecordDataset(AbstractDataset[NoReturn, dict[str, Any]]):
    """What the champion was judged by; read-only.

    Attributes:
        settings: How runs are tracked; see `runs_dataset.RunsHook`.
        metadata: Free notes for hooks.
    """

    def __init__(self, path: str, model: str, metadata: dict[str, Any] | None = None) -> None:
        """Say which model is wanted; the arguments are those of `ChampionDataset`."""
        self._root = Path(path)
        self._model = model
        self.settings = Tracking()
        self.metadata = metadata

    def load(self) -> dict[str, Any]:
        """Read the champion's record.

        Returns:
            `tracked`, whether this run can register anything; and, if there is a champion,
            `version`, `identity`, `ts_code`, `digest` and `validation_rmse` (index points).

        Raises:
            TrackingError: If the store cannot be read and `tracking.required` is true.
        """
        uri = tracking_uri(self._root, self.settings.uri)
        if not self.settings.enabled:
            return {"tracked": False}
        try:
            with readable(uri, _WHAT):
                patience = self.settings.patience_seconds if self.settings.required else 0.0
                found = patiently(lambda: self._record(uri), uri, patience)
        except TrackingError:
            if self.settings.required:
                raise
            return {"tracked": False}
        return {"tracked": True, **found}

    def _record(self, uri: str) -> dict[str, Any]:
        return {} if is_absent(uri) else champion_record(open_store(uri), self._model)

    def save(self, data: NoReturn) -> None:
        """Refuse: the tracking hook registers models."""
        raise DatasetError("the champion's record is read and never written.")

    def _describe(self) -> dict[str, Any]:
        return {"model": self._model}
