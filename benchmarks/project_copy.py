"""Copies of the project, in which a benchmark runs commands beside the user's own runs."""

import shutil
from pathlib import Path

from results import ROOT

SNAPSHOT = "data/01_raw/csi300_daily.csv"


def copy_project(folder: Path) -> None:
    """Put the settings, the code and the snapshot into a folder, and nothing that runs have made.

    Args:
        folder: Where to; it is created.
    """
    shutil.copytree(
        ROOT / "conf",
        folder / "conf",
        ignore=shutil.ignore_patterns("local", "searched_*"),
        dirs_exist_ok=True,
    )
    (folder / "conf/local").mkdir()
    (folder / "src").mkdir()
    (folder / "src/dl_pipelines").symlink_to(ROOT / "src/dl_pipelines")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "data/01_raw").mkdir(parents=True)
    shutil.copy(ROOT / SNAPSHOT, folder / SNAPSHOT)
