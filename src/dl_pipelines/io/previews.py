"""What `kedro viz` shows of a file.

It asks a dataset's `preview` and tells by the annotation of what that returns how to draw it:
https://docs.kedro.org/projects/kedro-viz/en/stable/preview_datasets/
"""

import base64
import io
import json
from collections.abc import Callable, Mapping
from html import escape
from math import ceil, sqrt
from pathlib import Path
from typing import Any

from kedro_datasets._typing import HTMLPreview, ImagePreview, JSONPreview, TablePreview

from dl_pipelines.io.pictures import open_picture

_THUMB = (800, 600)  # pixels
_FIGURES = 12


class Previewed:
    """A dataset of files whose `_preview` is shown once they are there.

    Where there is no `preview`, nothing is shown; of one that fails `kedro viz` warns, and would
    of everything that has not been made yet.
    """

    _exists: Callable[[], bool]
    _preview: Any

    @property
    def preview(self) -> Callable[..., Any]:
        """Makes what is shown.

        Raises:
            AttributeError: If nothing can be shown.
        """
        if not self._exists():
            raise AttributeError(f"{self} has no preview: it does not exist yet.")
        preview: Callable[..., Any] = self._preview
        return preview


def listing(arrays: Mapping[str, Any]) -> TablePreview:
    """Name, shape and type of arrays or tensors."""
    rows = [
        [name, " × ".join(map(str, array.shape)), str(array.dtype)]
        for name, array in arrays.items()
    ]
    columns = ["name", "shape", "type"]
    return TablePreview({"index": list(range(len(rows))), "columns": columns, "data": rows})


def structure(content: Mapping[str, Any]) -> JSONPreview:
    """Nested values, to be folded and unfolded."""
    return JSONPreview(json.dumps(content))


def paragraphs(text: str) -> HTMLPreview:
    """A text, a paragraph a line."""
    lines = filter(None, map(str.strip, text.splitlines()))
    return HTMLPreview("".join(f"<p>{escape(line)}</p>" for line in lines))


def contact_sheet(folder: Path) -> ImagePreview:
    """The figures that lie in a folder, the first twelve by name, as one picture.

    Args:
        folder: The folder of PNG files; folders in it are not looked into.

    Raises:
        FileNotFoundError: If there is none.
    """
    from PIL import Image  # noqa: PLC0415 (heavy: imported when used)

    files = sorted(folder.glob("*.png"))[:_FIGURES]
    if not files:
        raise FileNotFoundError(f"{folder} holds no figures: run the node that makes them first.")
    columns = ceil(sqrt(len(files)))
    width, height = _THUMB
    sheet = Image.new("RGB", (columns * width, ceil(len(files) / columns) * height), "white")
    for place, file in enumerate(files):
        with open_picture(file, ["PNG"]) as figure:
            figure.thumbnail(_THUMB)
            sheet.paste(figure, (place % columns * width, place // columns * height))
    content = io.BytesIO()
    # A palette halves the size; the default method drops colours of few pixels, such as a line's.
    palette = sheet.quantize(256, Image.Quantize.MAXCOVERAGE)
    palette.save(content, "PNG", optimize=True)
    return ImagePreview(base64.b64encode(content.getvalue()).decode())
