"""What `kedro viz` shows of a file: the annotation of a preview tells it how to draw it."""

import base64
import inspect
import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image, UnidentifiedImageError

from dl_pipelines.io.atomic import AtomicDataset
from dl_pipelines.io.figures import FiguresDataset
from dl_pipelines.io.market import MarketTableDataset
from dl_pipelines.io.npz import NpzDataset
from dl_pipelines.io.previews import contact_sheet
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights


def kind(dataset: Any) -> str:
    """How `kedro viz` finds out what to draw."""
    annotation = inspect.signature(dataset.preview).return_annotation
    return getattr(annotation, "__name__", str(annotation))


@pytest.mark.parametrize("name", ["CSVDataset", "ParquetDataset"])
def test_a_table_is_shown_by_its_first_rows(name, tmp_path):
    dataset = AtomicDataset(str(tmp_path / "table"), {"type": f"pandas.{name}"})
    dataset.save(pd.DataFrame({"loss": range(9)}))
    assert kind(dataset) == "TablePreview"
    assert dataset.preview(nrows=2)["columns"][-1] == "loss"
    assert [row[-1] for row in dataset.preview(nrows=2)["data"]] == [0, 1]


def test_metrics_are_shown_as_they_are(tmp_path):
    dataset = AtomicDataset(str(tmp_path / "metrics.json"), {"type": "json.JSONDataset"})
    dataset.save({"rmse": 36.2})
    assert kind(dataset) == "JSONPreview"
    assert json.loads(dataset.preview()) == {"rmse": 36.2}


def test_a_text_is_shown_a_paragraph_a_line_and_as_text(tmp_path):
    dataset = AtomicDataset(str(tmp_path / "verdict.txt"), {"type": "text.TextDataset"})
    dataset.save("p < 0.05\n\nIt is skill.\n")
    assert kind(dataset) == "HTMLPreview"
    assert dataset.preview() == "<p>p &lt; 0.05</p><p>It is skill.</p>"


def test_a_format_without_a_preview_has_none(tmp_path):
    dataset = AtomicDataset(str(tmp_path / "page.html"), {"type": "text.TextDataset"})
    assert not hasattr(dataset, "preview")


def test_daily_bars_are_shown_by_the_newest(tmp_path):
    dates = pd.date_range("2025-12-01", periods=9)
    names = ("open", "high", "low", "close", "volume")
    bars = pd.DataFrame({"date": dates} | {name: np.arange(9.0) for name in names})
    dataset = MarketTableDataset(str(tmp_path / "bars.parquet"))
    dataset.save(bars)
    assert kind(dataset) == "TablePreview"
    assert [row[0] for row in dataset.preview(nrows=1)["data"]] == [dates[-1]]


def test_arrays_are_listed(tmp_path):
    dataset = NpzDataset(str(tmp_path / "images.npz"))
    dataset.save({"images": np.zeros((3, 28, 28), dtype=np.uint8)})
    assert kind(dataset) == "TablePreview"
    assert dataset.preview()["data"] == [["images", "3 × 28 × 28", "uint8"]]


def test_of_weights_the_header_and_the_shapes(tmp_path):
    dataset = SafetensorsDataset(str(tmp_path / "weights.safetensors"))
    dataset.save(Weights({"0.weight": torch.zeros(2, 3)}, {"architecture": "mlp"}))
    assert kind(dataset) == "JSONPreview"
    shown = {"header": {"architecture": "mlp"}, "tensors": {"0.weight": [2, 3]}}
    assert json.loads(dataset.preview()) == shown


def decoded(preview: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(preview))).convert("RGB")


def coloured(colour: str) -> Figure:
    return Figure(figsize=(4, 3), facecolor=colour)


def test_figures_of_a_folder_are_one_picture(tmp_path):
    dataset = FiguresDataset(filepath=str(tmp_path))
    dataset.save({"a.png": coloured("red"), "b.png": coloured("blue"), "deep/c.png": Figure()})
    assert kind(dataset) == "ImagePreview"
    picture = decoded(dataset.preview())
    width, height = picture.size
    assert picture.getpixel((100, 100)) == (255, 0, 0)
    assert picture.getpixel((width // 2 + 100, 100)) == (0, 0, 255)
    assert width > height  # a row of two; those in other folders are shown elsewhere


def test_a_colour_of_few_pixels_is_kept(tmp_path):
    picture = Image.linear_gradient("L").resize((800, 600)).convert("RGB")
    picture.paste((255, 0, 0), (400, 300, 404, 304))
    picture.save(tmp_path / "a.png")
    shown = decoded(FiguresDataset(filepath=str(tmp_path)).preview())
    red, green, blue = shown.getpixel((402, 302))
    assert red - max(green, blue) > 150


def test_one_figure_is_shown_as_it_is(tmp_path):
    dataset = FiguresDataset(filepath=str(tmp_path / "a.png"))
    dataset.save(coloured("red"))
    assert base64.b64decode(dataset.preview()) == (tmp_path / "a.png").read_bytes()


def test_what_is_not_there_yet_has_no_preview(tmp_path):
    file = str(tmp_path / "later")
    entry = {"type": "json.JSONDataset"}
    datasets = [AtomicDataset(file, entry), NpzDataset(file), FiguresDataset(filepath=file)]
    assert not any(hasattr(dataset, "preview") for dataset in datasets)


def test_a_folder_without_figures_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no figures"):
        FiguresDataset(filepath=str(tmp_path)).preview()


def test_only_png_is_drawn_of_what_is_called_so(tmp_path):
    program = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n%%EOF\n"
    (tmp_path / "curve.png").write_bytes(program)
    with pytest.raises(UnidentifiedImageError):  # before Ghostscript is asked
        contact_sheet(tmp_path)
