"""What a model looks at."""

import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import amount, spread


def permutation_importance_bars(
    importance: pd.DataFrame, variant: str, unit: str, *, columns: int = 15
) -> Figure:
    """What shuffling a column costs, for the columns that cost most.

    Args:
        importance: Frame of `evaluation.importance.permutation_importance`.
        variant: Name of the model.
        unit: Unit of the price.
        columns: How many columns to show.

    Returns:
        Horizontal bars with ± SD over the shuffles.
    """
    top = importance.nlargest(columns, "increase_mean")[::-1]
    name, largest = top.iloc[-1][["feature", "increase_mean"]]
    figure, (panel,) = style.canvas(
        f"{style.name(variant)} leans on {name} most: shuffled, it adds "
        f"{amount(largest, unit)} to the RMSE",
        "Permutation importance on held-out houses; line: ± 1 SD over the shuffles",
        f"{len(top)} of {len(importance)} columns" if len(top) < len(importance) else "",
        height=1.7 + 0.28 * len(top),
    )
    panel.barh(
        top["feature"],
        top["increase_mean"],
        height=0.7,
        color=style.colour(variant),
    )
    low, high = (top["increase_mean"] + sign * top["increase_sd"] for sign in (-1, 1))
    panel.hlines(top["feature"], low, high, color=style.INK, linewidth=1.2)
    figures = zip(top["increase_mean"], top["increase_sd"], strict=True)
    style.margin_texts(panel, [spread(mean, sd, like=largest) for mean, sd in figures])
    panel.margins(y=0.02)
    panel.set_xlabel(f"Increase of the RMSE ({unit})")
    panel.grid(visible=False, axis="y")
    panel.tick_params(axis="y", length=0)
    style.large_numbers(panel.xaxis)
    return figure
