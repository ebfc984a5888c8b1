"""The samples of each seed's network in one table."""

import pandas as pd

from dl_pipelines.evaluation.generation_verdict import TABLE_COLUMNS

_LEFT_OUT = {"kernel distance", "classes"}  # of the terminal, which has 80 columns


def sample_table(by_seed: pd.DataFrame) -> pd.DataFrame:
    """One row a seed and one for training images, for the terminal and a CSV file.

    Args:
        by_seed: One row a seed: seed and the figures of `generation.generator_metrics`, of
            conditional networks also those of `sample_classes.conditional_metrics`.

    Returns:
        Columns network and most of those of `generation_verdict.generator_table`; NaN is what
        training images have none of.
    """
    floor = by_seed.iloc[0]
    real = {
        "frechet": floor["frechet_floor"],
        "frechet_ratio": 1.0,
        "kernel_distance": floor["kernel_distance_floor"],
        "precision": floor["precision_reference"],
        "recall": floor["recall_reference"],
    }
    rows = pd.concat([by_seed, pd.DataFrame([real])], ignore_index=True)
    figures = {
        column: factor * rows[key]
        for column, (key, factor) in TABLE_COLUMNS.items()
        if key in rows and column not in _LEFT_OUT
    }
    table = pd.DataFrame(figures)
    table.insert(0, "network", [*(f"seed {seed}" for seed in by_seed["seed"]), "training images"])
    return table
