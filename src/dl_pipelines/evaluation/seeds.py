"""Figures of networks that differ in their seed only."""

import pandas as pd


def over_seeds(by_seed: pd.DataFrame) -> dict[str, float]:
    """Means and spread over the seeds.

    Args:
        by_seed: One row a seed: seed, and a column for each figure.

    Returns:
        Each figure's mean, and where there are several seeds `<figure>_sd` (n - 1).
    """
    columns = by_seed.drop(columns="seed")
    figures = columns.mean()
    if len(columns) > 1:
        figures = pd.concat([figures, columns.std().add_suffix("_sd")])
    return {str(name): float(value) for name, value in figures.items()}
