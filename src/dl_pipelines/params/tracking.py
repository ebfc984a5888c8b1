"""Settings of tracking."""

from pydantic import NonNegativeFloat

from dl_pipelines.params.base import Settings


class Tracking(Settings):
    """How runs are tracked in MLflow.

    Attributes:
        enabled: Whether they are tracked at all.
        required: Whether a run stops if it cannot be tracked.
        uri: The tracking store; null means `mlflow.db` in the project's root. The environment
            variable MLFLOW_TRACKING_URI goes before it.
        patience_seconds: How long a run waits for a server that does not answer any more: at its
            end, and where it cannot go on without an answer. A server that does not answer when a
            run begins is not waited for.
        experiment: The experiment; null means the name of the pipeline.
    """

    enabled: bool = True
    required: bool = True
    uri: str | None = None
    patience_seconds: NonNegativeFloat = 60.0
    experiment: str | None = None
