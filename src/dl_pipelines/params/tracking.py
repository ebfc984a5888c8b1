"""Settings of tracking."""

from dl_pipelines.params.base import Settings


class Tracking(Settings):
    """How runs are tracked in MLflow.

    Attributes:
        enabled: Whether they are tracked at all.
        required: Whether a run stops if it cannot be tracked.
        uri: The tracking store; null means `mlflow.db` in the project's root. The environment
            variable MLFLOW_TRACKING_URI goes before it.
        experiment: The experiment; null means the name of the pipeline.
    """

    enabled: bool = True
    required: bool = True
    uri: str | None = None
    experiment: str | None = None
