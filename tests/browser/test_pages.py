"""What a reviewer sees who opens MLflow after a run."""

import pytest
from matplotlib import image

from dl_pipelines.tracking.descriptions import about
from dl_pipelines.tracking.runs_dataset import PARENT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WHAT = about("stock_lstm").partition("\n\n")[0]


@pytest.fixture(scope="module")
def experiment(client) -> str:
    return client.get_experiment_by_name("stock_lstm").experiment_id


@pytest.fixture(scope="module")
def runs(client, experiment):
    """Name of the run above and own name → run."""
    found = client.search_runs([experiment])
    names = {run.info.run_id: run.info.run_name for run in found}
    return {(names.get(run.data.tags.get(PARENT)), run.info.run_name): run for run in found}


@pytest.fixture(scope="module")
def top(runs):
    return next(run for (above, _), run in runs.items() if above is None)


@pytest.fixture(scope="module")
def place(experiment):
    """The place of a run's page."""
    return lambda run: f"#/experiments/{experiment}/runs/{run.info.run_id}"


def test_the_list_of_experiments_says_what_they_are(reader):
    assert "Default" in reader.open("#/experiments", "stock_lstm", WHAT)


def test_an_experiment_lists_whole_runs_with_status_and_command(reader, experiment, top):
    page = reader.open(f"#/experiments/{experiment}/runs", top.info.run_name, WHAT)
    assert "daily_bars" in page and "kedro run" in page
    assert "seed 0" not in page  # folded below its run


def test_a_runs_page_begins_with_the_verdict_and_says_how_to_repeat_it(reader, place, top):
    page = reader.open(place(top), top.info.run_name, WHAT, "yesterday's high", "Finished")
    shown = page.index(WHAT)
    assert shown < page.index("yesterday's high") < page.index("Metrics (")
    reader.show_more()
    more = reader.read("Repeat it:", "kedro run --pipeline stock_lstm", "lstm.walk_forward")
    assert "conf/local/parameters.yml" in more  # this run was given lists
    assert "lstm.rmse" in more and "stock_lstm.lstm" not in more.partition("Tags")[2]


def test_the_links_of_a_description_lead_to_the_model(reader, place, top):
    reader.open(place(top), WHAT, "Show more")
    reader.show_more()
    page = reader.follow("version 1", "Version 1", "Judged champion on", "champion")
    assert "there is no champion yet" in page
    assert reader.driver.current_url.endswith("#/models/stock_lstm/versions/1")


def test_nested_runs_are_a_click_away_and_lead_back(reader, place, top):
    reader.open(place(top), "lstm_book_window", "textbook")
    page = reader.follow("lstm", "seed 1", "seed 0", "whose page has the verdict")
    assert "walk_forward.rmse" in page
    reader.follow("seed 0", "One training of", "from random seed 0")
    reader.follow(top.info.run_name, "Child runs", WHAT)


def test_curves_are_drawn(reader, place, runs):
    reader.open(f"{place(runs['lstm', 'seed 0'])}/model-metrics", "refit_train_loss", "rmse")
    reader.type("Search metric charts", "_loss")
    points = "return document.querySelectorAll('.js-plotly-plot .scatterlayer .point').length"
    curves, epochs = 3, 2
    drawn = curves * epochs
    reader.wait(lambda: reader.driver.execute_script(points) == drawn, "curves are not drawn")
    assert "rmse" not in reader.read("train_loss", "valid_loss", "refit_train_loss")


def test_figures_and_tables_are_shown(reader, place, client, top, tmp_path):
    figure = "figures/comparison.png"
    file = client.download_artifacts(top.info.run_id, figure, str(tmp_path))
    height, width, _ = image.imread(file).shape
    folder = f"{place(top)}/artifacts"
    reader.open(f"{folder}/{figure}", figure, "data_quality.png")
    sizes = "return [...document.images].map(image => [image.naturalWidth, image.naturalHeight])"
    shown = [width, height]  # MLflow's own pictures have other sizes
    reader.wait(lambda: shown in reader.driver.execute_script(sizes), "the figure is not shown")
    reader.read()
    assert "44.6" in reader.open(f"{folder}/comparison.json", "har_ridge", "View as table")


def test_the_registered_model_says_how_to_use_it_and_why_it_is_champion(reader):
    reader.open("#/models", "stock_lstm", "champion")
    reader.open("#/models/stock_lstm", WHAT, "models:/stock_lstm@champion", "make serve")
    page = reader.open("#/models/stock_lstm/versions/1", "Judged champion on", "Source Run")
    assert "there is no champion yet" in page
    assert "lower_90, upper_90" in page and "daily bars, ascending" in page
