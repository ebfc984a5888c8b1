"""Settings of the Kedro project."""

import os
import warnings

from kedro import KedroDeprecationWarning

from dl_pipelines.annotations import NarrowerSettings
from dl_pipelines.configuration import ProjectConfigLoader
from dl_pipelines.exit_codes import ExitCodes
from dl_pipelines.pipeline_registry import DEFAULT_PIPELINE
from dl_pipelines.resolvers import choose, folder_of, own_or
from dl_pipelines.reuse.hook import ReuseHook
from dl_pipelines.session import NodeLog, ProjectSession
from dl_pipelines.terminal import TerminalReport
from dl_pipelines.tracking.hook import MLflowHook
from dl_pipelines.tracking.runs_dataset import RunsHook

# Neither Kedro nor MLflow sends usage data unless the user asks them to.
os.environ.setdefault("DO_NOT_TRACK", "1")
# A bar for each small file that is read back would only be noise.
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

# Everybody types --pipeline; Kedro means to drop it and says so at every run.
warnings.filterwarnings("ignore", ".*'--pipeline' is deprecated", KedroDeprecationWarning)
# Kedro's own calls of omegaconf, several a run; nothing that a user could change.
warnings.filterwarnings("ignore", r"\s*register_new_resolver\(\) is deprecated", UserWarning)

SESSION_CLASS = ProjectSession
CONFIG_LOADER_CLASS = ProjectConfigLoader
CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    "custom_resolvers": {"choose": choose, "folder_of": folder_of, "own_or": own_or},
    # One setting in conf/local changes that setting and leaves its neighbours alone.
    "merge_strategy": {"parameters": "soft", "globals": "soft", "airflow": "soft"},
}
HOOKS = (
    NodeLog(),
    MLflowHook(DEFAULT_PIPELINE),
    RunsHook(),
    TerminalReport(),
    ReuseHook(),
    ExitCodes(),
    NarrowerSettings(),
)
