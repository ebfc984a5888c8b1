"""Settings shared by the pipelines: frozen pydantic models, checked before a run starts.

Nodes annotate their `params:` arguments with these models; Kedro builds them from the YAML, so a
misspelt key or a value out of range stops the run before any node does. Nodes hand plain keyword
arguments on: models and loops never see a settings object.
"""

from dl_pipelines.params.base import Settings
from dl_pipelines.params.compute import Checkpoints, Compute, OneProcess
from dl_pipelines.params.evaluation import Holdout
from dl_pipelines.params.search import Choice, Range, Search
from dl_pipelines.params.tracking import Tracking
from dl_pipelines.params.training import (
    Loss,
    Optimizer,
    Recipe,
    RegressionLoss,
    Schedule,
    Seeds,
    Training,
)

__all__ = [
    "Checkpoints",
    "Choice",
    "Compute",
    "Holdout",
    "Loss",
    "OneProcess",
    "Optimizer",
    "Range",
    "Recipe",
    "RegressionLoss",
    "Schedule",
    "Search",
    "Seeds",
    "Settings",
    "Tracking",
    "Training",
]
