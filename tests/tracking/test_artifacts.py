import json
from pathlib import Path
from typing import Any

import click
import mlflow
import numpy as np
import pandas as pd
import pytest
import torch
from kedro.pipeline import Node
from matplotlib.figure import Figure

from dl_pipelines.io.safetensors import Weights
from dl_pipelines.models import build_forecaster

CATALOG = {
    "{pipeline}.{variant}.history": {"type": "pandas.ParquetDataset", "kind": "history"},
    "{pipeline}.{variant}.figures": {"type": "matplotlib.MatplotlibDataset", "kind": "figures"},
    "{pipeline}.{variant}.weights": {
        "type": "dl_pipelines.io.safetensors.SafetensorsDataset",
        "kind": "model",
    },
    "{pipeline}.report": {"type": "json.JSONDataset", "kind": "artifact"},
    "{pipeline}.comparison": {"type": "pandas.CSVDataset", "kind": "table"},
    "{pipeline}.bars": {"type": "pandas.ParquetDataset", "kind": "input"},
}


@pytest.fixture
def save(project):
    """Run a pipeline whose one node saves `data` as the dataset `name`."""
    entries = {
        name: {
            "type": entry["type"],
            "filepath": "data/" + name.replace("{", "").replace("}", ""),
            "metadata": {"mlflow": entry["kind"]},
        }
        for name, entry in CATALOG.items()
    }
    project.configure(catalog=entries, parameters={"tracking": project.tracking})

    def run(name: str, data: Any) -> None:
        project.register([Node(lambda: data, None, name, name="make")])
        project.run()

    return run


def test_a_history_becomes_a_run_a_seed_with_curves(save, tracked, client):
    history = pd.DataFrame(
        {
            "seed": [0, 0, 7, 7],
            "epoch": [1, 2, 1, 2],
            "train_loss": [0.5, 0.25, 0.6, 0.3],
            "valid_loss": [np.nan, 0.5, 0.7, 0.4],
        }
    )
    save("stock_lstm.lstm.history", history)
    runs = {run.name: run for run in tracked()}
    assert runs["seed 7"].parent == "lstm"
    assert runs["seed 7"].params == {"seed": "7"}
    curve = client.get_metric_history(runs["seed 0"].id, "train_loss")
    assert [(point.step, point.value) for point in curve] == [(1, 0.5), (2, 0.25)]
    valid = client.get_metric_history(runs["seed 0"].id, "valid_loss")
    assert [(point.step, point.value) for point in valid] == [(2, 0.5)]


def test_figures_are_the_files_that_the_catalog_wrote(save, tracked, client, project):
    save("stock_lstm.lstm.figures", {"loss.png": Figure(), "zoom.png": Figure()})
    (run,) = (run for run in tracked() if run.name == "lstm")
    paths = [file.path for file in client.list_artifacts(run.id, "figures")]
    assert sorted(paths) == ["figures/loss.png", "figures/zoom.png"]
    copy = client.download_artifacts(run.id, "figures/zoom.png", str(project.root))
    written = project.root / "data/pipeline.variant.figures/zoom.png"
    assert Path(copy).read_bytes() == written.read_bytes()


def test_artifacts_of_a_local_store_lie_in_the_project(save, tracked, project):
    save("stock_lstm.report", {"rows": 3})
    (run,) = tracked()
    assert list((project.root / "mlartifacts").rglob(f"{run.id}/artifacts/*"))


def test_an_artifact_is_the_file_that_the_catalog_wrote(save, tracked, client, project):
    report = {"rows": 3, "source": "tushare 000300.SH"}
    save("stock_lstm.report", report)
    (run,) = tracked()
    (file,) = client.list_artifacts(run.id)
    copy = client.download_artifacts(run.id, file.path, str(project.root))
    assert json.loads(Path(copy).read_text()) == report


def test_a_table_is_shown_as_one(save, tracked, client):
    save("stock_lstm.comparison", pd.DataFrame({"who": ["a", "b"], "rmse": [1.0, 2.0]}))
    (run,) = tracked()
    (table,) = json.loads(run.tags["mlflow.loggedArtifacts"])
    assert table == {"path": "comparison.json", "type": "table"}


def bars(close: float) -> pd.DataFrame:
    dates = pd.to_datetime(["2020-01-02", "2020-01-03"])
    frame = pd.DataFrame({"date": dates, "close": [1.0, close]})
    frame.attrs["file"] = "data/01_raw/bars.csv"
    return frame


def test_an_input_is_known_by_its_digest(save, tracked):
    for close in (2.0, 2.0, 3.0):
        save("stock_lstm.bars", bars(close))
    third, second, first = tracked()
    digests = [run.inputs[0].dataset.digest for run in (first, second, third)]
    assert digests[0] == digests[1] != digests[2]
    assert first.inputs[0].dataset.name == "bars"
    assert first.tags["data.source"] == "bars.csv"


def test_an_input_that_names_its_source_tags_the_run_with_it(save, tracked):
    frame = bars(2.0)
    frame.attrs["source"] = "bars.csv + tushare 000300.SH"
    save("stock_lstm.bars", frame)
    (run,) = tracked()
    assert run.tags["data.source"] == "bars.csv + tushare 000300.SH"


def test_an_input_that_an_earlier_run_made_is_logged_once(save, tracked, project):
    save("stock_lstm.bars", bars(2.0))

    def count(frame: pd.DataFrame) -> int:
        return len(frame)

    reads = [Node(count, "stock_lstm.bars", name, name=name) for name in ("a", "b")]
    project.register(reads)
    project.run()
    second, first = tracked()
    assert len(second.inputs) == 1
    assert second.inputs[0].dataset.digest == first.inputs[0].dataset.digest


def test_a_model_is_a_graph_that_forecasts_without_our_code(save, tracked, client, project):
    settings = {"hidden": 2, "skip_days": 1}
    states = [network_state(settings, seed) for seed in (0, 1)]
    members = {f"seed_{seed}": state for seed, state in enumerate(states)}
    header = {
        "architecture": "lstm",
        "network": settings,
        "window": 3,
        "features": ["return_1", "high_close"],
        "seeds": [0, 1],
    }
    save("stock_lstm.lstm.weights", Weights.of_members(members, header))
    (run,) = (run for run in tracked() if run.name == "lstm")
    (output,) = client.get_run(run.id).outputs.model_outputs
    logged = client.get_logged_model(output.model_id)
    assert logged.experiment_id == client.get_run(run.id).info.experiment_id
    assert logged.artifact_location.startswith((project.root / "mlartifacts").as_uri())
    model = mlflow.pyfunc.load_model(logged.artifact_location)
    assert model.metadata.signature.inputs.inputs[0].shape == (-1, 3, 2)
    assert model.metadata.flavors["pytorch"].get("code") is None
    windows = np.random.default_rng(0).normal(size=(5, 3, 2)).astype(np.float32)
    expected = build_forecaster("lstm", settings, states)(torch.from_numpy(windows))
    np.testing.assert_allclose(model.predict(windows), expected.detach().numpy(), rtol=1e-5)


def test_a_model_that_cannot_be_built_fails_the_run(save, tracked):
    with pytest.raises(click.ClickException, match="a model could not be logged"):
        save("stock_lstm.lstm.weights", Weights({"seed_0.x": torch.zeros(1)}, {}))
    assert {run.status for run in tracked()} == {"FAILED"}


def network_state(settings: dict[str, Any], seed: int) -> dict[str, torch.Tensor]:
    from dl_pipelines.models import build_network
    from dl_pipelines.models.scaling import Scaled

    torch.manual_seed(seed)
    network = build_network("lstm", settings, features=2)
    return dict(Scaled(network, features=2, outputs=1).state_dict())


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            {"type": "json.JSONDataset", "filepath": "x.json", "metadata": {"mlflow": "figurs"}},
            "metadata.mlflow 'figurs', which does not exist: write figures",
        ),
        ({"type": "MemoryDataset", "metadata": {"mlflow": "table"}}, "but has no file"),
    ],
)
def test_a_wrong_catalog_entry_stops_the_run_before_any_node(project, entry, sentence):
    def never() -> None:
        raise AssertionError

    project.configure(catalog={"stock_lstm.x": entry})
    project.register([Node(never, None, "stock_lstm.x", name="never")])
    with pytest.raises(click.ClickException) as caught:
        project.run()
    assert "the catalog entry 'stock_lstm.x'" in caught.value.message
    assert sentence in caught.value.message
