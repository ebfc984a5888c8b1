import json
from pathlib import Path

import click
import numpy as np
import pandas as pd
import pytest
from kedro.pipeline import Node
from matplotlib.figure import Figure


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
    written = project.root / "data/stock_lstm.lstm.figures/zoom.png"
    assert Path(copy).read_bytes() == written.read_bytes()


def test_figures_of_other_datasets_have_a_folder_of_their_own(save, tracked, client):
    save("stock_lstm.lstm.data_figures", {"samples.png": Figure()})
    (run,) = (run for run in tracked() if run.name == "lstm")
    (file,) = client.list_artifacts(run.id, "figures/stock_lstm.lstm.data_figures")
    assert file.path == "figures/stock_lstm.lstm.data_figures/samples.png"


def test_an_animation_stands_beside_the_figures(save, tracked, client, project):
    animation = b"GIF89a\r\n\x00\xff"
    save("stock_lstm.animation", animation)
    (run,) = tracked()
    (file,) = client.list_artifacts(run.id, "figures")
    copy = client.download_artifacts(run.id, file.path, str(project.root))
    assert Path(copy).read_bytes() == animation


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


def test_tags_are_the_runs(save, tracked):
    save("stock_lstm.tags", {"best": "tabm.ensemble", "splits": 20})
    (run,) = tracked()
    assert (run.tags["best"], run.tags["splits"]) == ("tabm.ensemble", "20")


def test_trials_become_runs_with_what_they_tried(save, tracked):
    trials = pd.DataFrame(
        {
            "number": [0, 1, 2],
            "state": ["FINISHED", "FAILED", "FINISHED"],
            "value": [3.5, np.inf, 3.0],
            "failure": ["", "training diverged.", ""],
            "seconds": [1.0, 0.5, 2.0],
            "params.optimizer.lr": [0.1, 0.9, 0.01],
            "params.network.hidden": [[64, 64], [8], [32]],
        }
    )
    save("stock_lstm.trials", trials)
    runs = {run.name: run for run in tracked() if run.parent}
    assert {run.parent for run in runs.values()} == {
        run.name for run in tracked() if run.parent is None
    }
    assert {name: run.status for name, run in runs.items()} == {
        "trial 000": "FINISHED",
        "trial 001": "FAILED",
        "trial 002": "FINISHED",
    }
    assert runs["trial 000"].params == {"optimizer.lr": "0.1", "network.hidden": "[64, 64]"}
    assert runs["trial 000"].metrics == {"value": 3.5, "seconds": 1.0}
    assert runs["trial 001"].metrics == {"seconds": 0.5}
    assert runs["trial 001"].tags["error"] == "training diverged."
    (parent,) = [run for run in tracked() if run.parent is None]
    assert parent.metrics == {"value": 3.0}
    assert [name for name, run in runs.items() if run.tags.get("best")] == ["trial 002"]


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
