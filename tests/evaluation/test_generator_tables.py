import pandas as pd
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.generator_tables import (
    brief_table,
    generator_table,
    sample_table,
    table_verdict,
)
from tests.evaluation.generator_figures import CGAN, METRICS, VAE

BY_SEED = pd.DataFrame(
    {
        "seed": [10, 2],
        "frechet": [4.0, 6.0],
        "frechet_floor": 2.0,
        "frechet_ratio": [2.0, 3.0],
        "kernel_distance": 0.1,
        "kernel_distance_floor": 0.0,
        "precision": [0.9, 0.8],
        "precision_reference": 0.75,
        "recall": [0.5, 0.25],
        "recall_reference": 0.7,
        "label_kl": [0.1, 0.2],
        "classes_present": 10.0,
    }
)


def test_a_row_a_seed_and_one_of_training_images():
    table = sample_table(BY_SEED).set_index("network")
    assert table.index.tolist() == ["seed 10", "seed 2", "real images"]
    assert table["Fréchet"].tolist() == [4.0, 6.0, 2.0]
    assert table["× floor"].tolist() == [2.0, 3.0, 1.0]
    assert table["precision %"].tolist() == [90.0, 80.0, 75.0]
    assert table["recall %"].tolist() == [50.0, 25.0, 70.0]
    assert table["label KL (nats)"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("figure", "column", "shown"),
    [
        ("conditional_accuracy", "read as asked %", 50.0),
        ("iwae_nll", "NLL (nats)", 0.5),
    ],
)
def test_what_only_some_networks_have_is_a_column_of_theirs(figure, column, shown):
    assert column not in sample_table(BY_SEED)
    table = sample_table(BY_SEED.assign(**{figure: 0.5}))
    assert table[column].tolist()[:2] == [shown, shown]
    assert pd.isna(table[column].iloc[2])


def test_it_leaves_room_for_the_terminal():
    everything = BY_SEED.assign(conditional_accuracy=1.0, train_on_generated_accuracy=1.0)
    assert {"kernel distance", "classes"}.isdisjoint(sample_table(everything))


@pytest.fixture
def runs() -> pd.DataFrame:
    better = {"frechet": 9.0, "frechet_ratio": 3.0, "precision": 0.93}
    rows = [
        {"pipeline": "mnist_vae", **METRICS, **VAE, "recall": 0.8, "quick": True},
        {"pipeline": "mnist_gan", **METRICS, "frechet": 99.0, "quick": True},
        {"pipeline": "mnist_gan", **METRICS, "quick": False},
        {"pipeline": "mnist_cgan", **METRICS, **CGAN, **better},
    ]
    return pd.DataFrame(rows)


def test_the_table_has_the_newest_run_of_each_pipeline(runs):
    table = generator_table(runs)
    assert table["pipeline"].tolist() == ["mnist_vae.quick", "mnist_gan", "mnist_cgan"]
    assert table["Fréchet"].tolist() == [12.0, 12.0, 9.0]
    assert table["recall %"].tolist() == pytest.approx([80.0, 35.0, 35.0])
    assert table["NLL (nats)"].isna().tolist() == [False, True, True]
    assert table["read as asked %"].iloc[2] == pytest.approx(99.05)
    assert table.attrs["floor"] == 3.0


def test_figures_that_no_run_has_are_left_out(runs):
    gans = generator_table(runs[runs["pipeline"] == "mnist_gan"].drop(columns="quick"))
    assert len(gans) == 1
    assert not {"ELBO (nats)", "NLL (nats)", "read as asked %"} & set(gans)


def test_the_table_in_words(runs):
    assert table_verdict(generator_table(runs)) == (
        "mnist_cgan comes nearest to real images (3.00 times the floor); mnist_cgan has the "
        "highest precision (93 %), mnist_vae.quick the highest recall (80 %)"
    )


def test_the_nearest_is_so_in_multiples_of_its_floor(runs):
    # A quick run has fewer samples, hence a higher floor and a higher distance.
    runs.loc[0, ["frechet", "frechet_floor", "frechet_ratio"]] = 18.0, 9.0, 2.0
    verdict = table_verdict(generator_table(runs))
    assert verdict.startswith("mnist_vae.quick comes nearest to real images (2.00 times the floor)")


@pytest.mark.parametrize(
    ("precision", "recall", "ending"),
    [
        (0.0, 0.35, "the floor); mnist_vae.quick has the highest recall (35 %)"),
        (0.71, 0.004, "the floor); mnist_vae.quick has the highest precision (71 %)"),
        (0.0, 0.0, "the floor)"),
    ],
)
def test_nobody_leads_where_all_have_nothing(runs, precision, recall, ending):
    verdict = table_verdict(generator_table(runs.assign(precision=precision, recall=recall)))
    assert verdict.endswith(f"(3.00 times {ending}")


def test_without_runs_there_is_no_table(runs):
    with pytest.raises(DataError, match="no runs to compare"):
        generator_table(runs[:0])


def test_a_brief_table_fits_a_terminal(runs):
    brief = brief_table(generator_table(runs))
    assert [*brief] == [
        *("pipeline", "Fréchet", "× floor", "precision %", "recall %"),
        *("label KL (nats)", "read as asked %", "NLL (nats)"),
    ]
