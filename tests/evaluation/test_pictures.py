import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.pictures import (
    picture_listing,
    picture_metrics,
    picture_predictions,
    picture_verdict,
)

FILES = np.array(["a.png", "b.png", "c.png"])
PROBLEMS = np.array(["", "the picture is blank: draw.", ""])
TOLD = {"model": "mnist_cnn", "recipe": "quick", "networks": "1"}


@pytest.fixture
def predictions() -> pd.DataFrame:
    return picture_predictions(
        FILES, PROBLEMS, np.array([[0.1, 0.6, 0.3], [0.0, 0.02, 0.98]]), model="mnist_cnn"
    )


@pytest.fixture
def unread() -> pd.DataFrame:
    return picture_predictions(FILES[1:2], PROBLEMS[1:2], np.empty((0, 3)), model="mnist_cnn")


def test_answers_stand_beside_their_files(predictions):
    columns = ["file", "predicted", "confidence", "p_0", "p_1", "p_2", "problem", "model"]
    assert list(predictions) == columns
    assert set(predictions["model"]) == {"mnist_cnn"}
    assert list(predictions["file"]) == list(FILES)
    assert list(predictions["problem"]) == list(PROBLEMS)
    assert predictions["predicted"].tolist() == [1, pd.NA, 2]
    np.testing.assert_allclose(predictions["confidence"], [0.6, np.nan, 0.98])
    np.testing.assert_allclose(predictions["p_2"], [0.3, np.nan, 0.98])


def test_the_listing_is_short(predictions):
    long = predictions.assign(file=["a" * 50, *FILES[1:]])
    assert picture_listing(long).to_numpy().tolist() == [
        ["a" * 37 + "…", "1, 60.0 %"],
        ["b.png", "the picture is blank"],
        ["c.png", "2, 98.0 %"],
    ]


def test_metrics_count(predictions):
    assert picture_metrics(predictions) == pytest.approx(
        {"pictures": 3, "problems": 1, "wavering": 1, "mean_confidence": 0.79}
    )


def test_the_verdict_claims_no_accuracy(predictions):
    assert picture_verdict(predictions, **TOLD, shown=3) == (
        "mnist_cnn (quick, 1 network) has read 2 of 3 pictures. Its mean confidence is 79.0 %; 1 "
        "of its answers have less than 90.0 %. How often it is right is not known: nobody has "
        "told it the digits."
    )
    longer = picture_verdict(predictions, **TOLD | {"networks": "3"}, shown=2)
    assert "(quick, 3 networks)" in longer
    assert longer.endswith("Listed are the first 2; predictions.csv has all.")


def test_where_nothing_could_be_read_there_is_a_table_too(unread):
    assert picture_metrics(unread) == {"pictures": 1, "problems": 1, "wavering": 0}
    assert picture_listing(unread)["answer"].tolist() == ["the picture is blank"]
    assert "0 of 1 pictures." in picture_verdict(unread, **TOLD, shown=40)
