import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.generator_runs import (
    comparison_verdict,
    judged_runs,
    run_figures,
    run_tags,
)
from dl_pipelines.evaluation.generator_tables import generator_table

FIGURES = {
    "metrics.frechet": 12.0,
    "metrics.frechet_floor": 3.0,
    "metrics.frechet_ratio": 4.0,
    "metrics.precision": 0.5,
    "metrics.recall": 0.25,
}
TAGS = {
    "tags.classifier": "mnist_cnn-1a2b3c4d",
    "tags.recipe": "mnist_gan.book",
    "tags.profile": "full",
    "tags.data.source": "mirror",
    "tags.data.sample": "false",
    "tags.git.dirty": "false",
}


def found(*rows: dict[str, object]) -> pd.DataFrame:
    """Runs as `MLflowRunsDataset` gives them, newest last."""
    shared = {**FIGURES, **TAGS, "url": "http://127.0.0.1:5000"}
    frame = pd.DataFrame(
        [
            {**shared, "run_id": f"id{number}", "started": pd.Timestamp(number, unit="D"), **row}
            for number, row in enumerate(rows)
        ]
    )
    frame.attrs["pipelines"] = ["mnist_vae", "mnist_gan", "mnist_cgan"]
    return frame


@pytest.fixture
def two() -> pd.DataFrame:
    return found(
        {"pipeline": "mnist_vae", "metrics.elbo": -98.5},
        {"pipeline": "mnist_gan", "metrics.frechet": 6.0, "metrics.frechet_ratio": 2.0},
    )


def said(runs: pd.DataFrame) -> str:
    judged = judged_runs(runs, dataset="digits")
    return comparison_verdict(generator_table(judged), judged, dataset="digits")


def test_runs_are_read_as_figures_and_what_they_were(two):
    judged = judged_runs(two, dataset="digits")
    assert judged.attrs == {"missing": ["mnist_cgan"]}
    assert judged["network"].tolist() == ["mnist_cnn-1a2b3c4d"] * 2
    assert judged["frechet"].tolist() == [12.0, 6.0]
    assert judged["recipe"].tolist() == ["book", "book"]
    assert not judged["quick"].any()
    assert not any("." in name for name in judged)
    assert "tags.classifier" in two  # as it was


def test_the_figures_of_all_runs_are_told_apart_and_gaps_left_out(two):
    figures = run_figures(judged_runs(two, dataset="digits"))
    assert figures["mnist_vae.elbo"] == -98.5
    assert "mnist_gan.elbo" not in figures
    assert figures["mnist_gan.frechet"] == 6.0
    assert len(figures) == 2 * len(FIGURES) + 1


def test_the_verdict_compares_and_names_who_is_missing(two):
    assert said(two) == (
        "mnist_gan comes nearest to real images (2.00 times the floor); mnist_vae has the highest "
        "precision (50 %), mnist_vae the highest recall (25 %). All were judged on digits by "
        "mnist_cnn-1a2b3c4d. mnist_cgan has no finished run: kedro run --pipeline mnist_cgan "
        "--params mnist.dataset=digits."
    )


def test_what_weakens_the_comparison_is_told(two):
    two.loc[1, "tags.profile"] = "quick"
    two.loc[1, "tags.data.sample"] = "true"
    two.loc[1, "metrics.frechet_floor"] = 9.0
    sentences = said(two)
    assert "mnist_gan.quick comes nearest" in sentences
    assert ". Quick runs, short trainings for a look: mnist_gan. Only a sample" in sentences
    assert "images was there for mnist_gan, so that this is no fair comparison. " in sentences
    assert "Their floors differ (3.00 to 9.00)" in sentences


@pytest.mark.parametrize("samples", [["false", "false"], [None, "false"], [None, "true"], None])
def test_the_same_images_from_other_places_are_no_weakness(two, samples):
    two.loc[1, "tags.data.source"] = "a file of one's own"
    two = two.drop(columns="tags.data.sample")
    if samples is not None:
        two["tags.data.sample"] = samples
    assert "sample" not in said(two)


def test_all_of_the_sample_are_compared_fairly_but_with_no_others(two):
    two["tags.data.sample"], two["tags.data.source"] = "true", "5,000 digits"
    assert (
        ". All have learnt from a sample of the images (5,000 digits): no match for figures of the "
        "whole. "
    ) in said(two)
    assert "no fair comparison" not in said(two)


def test_the_tags_say_which_runs_these_are(two):
    two.loc[1, "tags.profile"] = "quick"
    assert run_tags(judged_runs(two, dataset="digits"), dataset="digits") == {
        "dataset": "digits",
        "classifier": "mnist_cnn-1a2b3c4d",
        "profile": "quick",
        "mnist_vae.run": "id0",
        "mnist_vae.recipe": "book",
        "mnist_vae.profile": "full",
        "mnist_gan.run": "id1",
        "mnist_gan.recipe": "book",
        "mnist_gan.profile": "quick",
    }


def test_without_runs_the_sentence_says_what_to_run():
    with pytest.raises(
        DataError,
        match=r"no finished runs of fashion to compare: run kedro run --pipeline mnist_vae "
        r"--params mnist\.dataset=fashion or kedro run --pipeline mnist_gan",
    ):
        judged_runs(found(), dataset="fashion")


def test_runs_judged_by_other_classifiers_are_to_be_made_again(two):
    two.loc[0, "tags.classifier"] = "mnist_cnn-00000000"
    with pytest.raises(
        DataError,
        match=r"\(mnist_vae: mnist_cnn-00000000, mnist_gan: mnist_cnn-1a2b3c4d\): run kedro run "
        r"--pipeline mnist_vae --params mnist\.dataset=digits again, .* by mnist_cnn-1a2b3c4d",
    ):
        judged_runs(two, dataset="digits")


def test_a_newer_quick_run_gives_way_to_the_classifier_of_full_ones(two):
    two.loc[1, ["tags.classifier", "tags.profile"]] = "mnist_cnn-00000000", "quick"
    with pytest.raises(
        DataError,
        match=r": run kedro run --pipeline mnist_gan --params mnist\.dataset=digits,"
        r"generative\.profile=quick again, .* by mnist_cnn-1a2b3c4d, as the newest full run was",
    ):
        judged_runs(two, dataset="digits")


def test_of_quick_runs_alone_the_newest_one_has_the_classifier(two):
    two["tags.profile"], two.loc[0, "tags.classifier"] = "quick", "mnist_cnn-00000000"
    with pytest.raises(
        DataError,
        match=r"--pipeline mnist_vae .*profile=quick again, .*1a2b3c4d, as the newest run was",
    ):
        judged_runs(two, dataset="digits")
