"""Figures as PNG files."""

from pathlib import Path

from kedro_datasets._typing import ImagePreview
from kedro_datasets.matplotlib import MatplotlibDataset
from matplotlib.figure import Figure

from dl_pipelines.files import atomic_write
from dl_pipelines.io.previews import Previewed, contact_sheet


class FiguresDataset(Previewed, MatplotlibDataset):  # type: ignore[misc] # has no types
    """Kedro's dataset of figures, of which `kedro viz` shows a whole folder, too."""

    def _preview(self) -> ImagePreview:
        """The figure, or all figures of the folder as one picture."""
        path = Path(self._filepath)
        return contact_sheet(path) if path.is_dir() else MatplotlibDataset.preview(self)

    def _save_to_fs(self, full_key_path: str, plot: Figure) -> None:
        """Write one file; a kill or a full disk at any moment leaves the old one or the new one."""
        atomic_write(Path(full_key_path), lambda file: plot.savefig(file, **self._save_args))
