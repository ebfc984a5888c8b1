"""Figures are written whole or not at all."""

import sys
from pathlib import Path

import pytest
from kedro.io import DatasetError
from matplotlib.figure import Figure

from dl_pipelines.errors import user_error
from dl_pipelines.io.figures import FiguresDataset


def figure(colour: str) -> Figure:
    drawn = Figure(figsize=(2, 2))
    drawn.subplots().plot([0, 1], color=colour)
    return drawn


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
@pytest.mark.parametrize("several", [True, False])
def test_a_full_disk_leaves_the_old_pictures(tmp_path: Path, several: bool) -> None:
    import resource

    place = tmp_path / ("figures" if several else "figure.png")
    dataset = FiguresDataset(filepath=place.as_posix())
    dataset.save({"a.png": figure("red"), "b.png": figure("blue")} if several else figure("red"))
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(DatasetError) as caught:
            dataset.save({"a.png": figure("green")} if several else figure("green"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    assert "could not be written (File too large)" in str(user_error(caught.value))
