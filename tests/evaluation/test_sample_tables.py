import pandas as pd
import pytest

from dl_pipelines.evaluation.sample_tables import sample_table

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
    assert table.index.tolist() == ["seed 10", "seed 2", "training images"]
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
