import pandas as pd
import pytest

from dl_pipelines.evaluation.house_verdict import claim, house_verdict


@pytest.fixture
def options() -> dict[str, object]:
    return {
        "best": "dropout.ensemble",
        "dataset": "boston",
        "protocol": "3 folds",
        "unit": "1,000 dollars",
        "test_share": 0.5,
    }


@pytest.mark.parametrize(
    ("difference", "p_value", "outcome"),
    [
        (-0.3, 0.01, "holds: RMSE 2.80 against 3.10, -9.7 %, p = 0.010"),
        (-0.3, 0.2, "is neither confirmed nor refuted: RMSE"),
        (-0.3, float("nan"), "is neither confirmed nor refuted: RMSE 2.80 against "),
        (0.3, 0.2, "is neither confirmed nor refuted: RMSE"),
        (0.3, 0.0001, "does not hold: the opposite is true: RMSE 3.40 against 3.10, +9.7 %, p < "),
    ],
)
def test_claim_follows_the_sign_and_the_p_value(difference, p_value, outcome):
    tests = pd.DataFrame(
        {
            "variant": ["ridge", "dropout"],
            "error": [4.0, 3.1 + difference],
            "reference_error": [3.1, 3.1],
            "difference": [0.9, difference],
            "p_value": [0.5, p_value],
        }
    )
    sentence = claim(tests, "dropout", "boston")
    assert sentence.startswith("On boston the book's claim that dropout lowers the test")
    assert f"(figure 5-8) {outcome}" in sentence


def test_verdict_tells_best_rivals_claims_and_column_b(by_split, options):
    text = house_verdict(by_split, **options)
    assert text.startswith("boston, 3 folds: the average of the seeds of dropout, the net chosen")
    assert "gradient boosting (RMSE 2.57 against 3.20, -19.8 %, p = " in text
    assert "ridge regression (RMSE 2.57 against 4.60" in text
    assert "errors in 1,000 dollars" in text
    assert "(figure 5-8)" in text
    assert "(figure 5-9)" not in text  # no batch norm in this run
    assert text.endswith("house_price.preparation.leave_out takes it away.")


def test_a_claim_about_a_network_that_differs_in_more_is_not_judged(by_split, options):
    text = house_verdict(by_split, **options, claims=["batchnorm"])
    assert "(figure 5-8) is not judged: that net differs from the plain one" in text


def test_figures_of_a_searched_network_are_said_to_flatter_it(by_split, options):
    assert "A search has chosen settings on most" in house_verdict(
        by_split, **options, searched=True
    )
    assert "A search" not in house_verdict(by_split, **options)


def test_verdict_of_a_loser_on_other_data(by_split, options):
    by_split["boosting"] = by_split["boosting"].assign(rmse=2.0)
    text = house_verdict(by_split, **options | {"dataset": "ames", "best": "plain"})
    assert "ames, 3 folds: the plain net, " in text
    assert "loses to gradient boosting (RMSE 3.10 against 2.00," in text
    assert "column B" not in text


def test_one_split_is_said_to_test_nothing(by_split, options):
    single = {model: frame[:1] for model, frame in by_split.items()}
    assert "RMSE 2.40 against 3.30, -27.3 %, one split, so no test" in house_verdict(
        single, **options
    )


def test_column_b_left_out_needs_no_caveat(by_split, options):
    assert "column B" not in house_verdict(by_split, **options, left_out=["B"])


def test_large_errors_are_shown_whole(by_split, options):
    dollars = {model: frame.assign(rmse=frame["rmse"] * 7e3) for model, frame in by_split.items()}
    text = house_verdict(dollars, **options | {"best": "plain", "unit": "dollars"})
    assert "RMSE 21,700 against 22,400" in text
