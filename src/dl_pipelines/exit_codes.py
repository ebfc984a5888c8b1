"""The hook that lets a finished run say yes or no to whatever started it: by its exit code."""

import logging

import click
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from dl_pipelines.io.entries import metadata_of

logger = logging.getLogger(__name__)


class ExitCodes:
    """Ends the process as datasets say whose catalog entry has `metadata: {exit_code: {key: 3}}`.

    Such a dataset is a mapping; where its value of `key` is true, `kedro run` exits with that code,
    after everything is written, tracked and printed. A scheduler can act on it, and tell it from 1,
    which is an error.

    Only a command has an exit code: a run that a notebook or a program has started just says so in
    its log, and the notebook reads the dataset.
    """

    @hook_impl(trylast=True)
    def after_pipeline_run(self, pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Exit, if a dataset that the pipeline made says so.

        Raises:
            SystemExit: In a process that is a `kedro` command.
        """
        for name in sorted(pipeline.all_outputs()):
            for key, code in metadata_of(catalog, name).get("exit_code", {}).items():
                if catalog.load(name).get(key):
                    _exit(name, key, code)


def _exit(name: str, key: str, code: int) -> None:
    if click.get_current_context(silent=True):
        raise SystemExit(code)
    logger.info("%s says %s: as a command, this run would exit with %d", name, key, code)
