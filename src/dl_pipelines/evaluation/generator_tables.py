"""Figures of generated images in tables: seeds of one run, and runs of all pipelines."""

import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.wording import percent, short

_COLUMNS = {
    "Fréchet": ("frechet", 1.0),
    "× floor": ("frechet_ratio", 1.0),
    "kernel distance": ("kernel_distance", 1.0),
    "precision %": ("precision", 100.0),
    "recall %": ("recall", 100.0),
    "classes": ("classes_present", 1.0),
    "label KL (nats)": ("label_kl", 1.0),
    "read as asked %": ("conditional_accuracy", 100.0),
    "trained on samples %": ("train_on_generated_accuracy", 100.0),
    "ELBO (nats)": ("elbo", 1.0),
    "NLL (nats)": ("iwae_nll", 1.0),
    "BCE + KL (nats)": ("bce_kl", 1.0),
}
# of the table of one run, for a terminal has 80 columns
_LEFT_OUT = {"kernel distance", "classes", "ELBO (nats)"}
_LEFT_OUT_OF_VAES = _LEFT_OUT | {"label KL (nats)"}
_LEFT_OUT_OF_RUNS = _LEFT_OUT | {"BCE + KL (nats)", "trained on samples %"}


def sample_table(by_seed: pd.DataFrame) -> pd.DataFrame:
    """One row a seed and one for real (training) images, for the terminal and a CSV file.

    Args:
        by_seed: One row a seed: seed and the figures of `generation.generator_metrics`, of
            conditional networks also those of `sample_classes.conditional_metrics`.

    Returns:
        Columns network and most of those of `generator_table`; NaN is what
        real images have none of.
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
    left_out = _LEFT_OUT_OF_VAES if "elbo" in rows else _LEFT_OUT
    figures = {
        column: factor * rows[key]
        for column, (key, factor) in _COLUMNS.items()
        if key in rows and column not in left_out
    }
    table = pd.DataFrame(figures)
    table.insert(0, "network", [*(f"seed {seed}" for seed in by_seed["seed"]), "real images"])
    return table


def generator_table(runs: pd.DataFrame) -> pd.DataFrame:
    """One row a pipeline, its newest run: the autoencoder against the GANs (book 8.4).

    Args:
        runs: One row a run, the newest last, all by features of one network (see
            `generator_runs.judged_runs`): pipeline, possibly quick (whether it was a short
            training), and a column for each flat figure, NaN where a run has none.

    Returns:
        Columns pipeline, Fréchet (squared units of the features), × floor, kernel distance,
        precision %, recall %, classes, label KL, read as asked %, trained on samples %, ELBO, NLL
        and BCE + KL; those that no run has are left out. A quick run's pipeline is called
        "<pipeline>.quick". attrs["floor"] is the Fréchet distance of training images.

    Raises:
        DataError: If there are no runs.
    """
    if runs.empty:
        raise DataError("there are no runs to compare; run a pipeline that generates images first.")
    newest = runs.drop_duplicates("pipeline", keep="last")
    quick = newest.get("quick", pd.Series(False, index=newest.index)).fillna(False).astype(bool)
    names = newest["pipeline"].where(~quick, newest["pipeline"] + ".quick")
    figures = {
        column: factor * newest[key] for column, (key, factor) in _COLUMNS.items() if key in newest
    }
    table = pd.DataFrame({"pipeline": names, **figures}).dropna(axis="columns", how="all")
    table.attrs["floor"] = float(newest["frechet_floor"].mean())
    return table.reset_index(drop=True)


def brief_table(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of a table of `generator_table` that fit a terminal."""
    return table.drop(columns=[column for column in table if column in _LEFT_OUT_OF_RUNS])


def table_verdict(table: pd.DataFrame) -> str:
    """Say which generator is nearest to real images, which looks most real and which knows most.

    Args:
        table: Of `generator_table`.

    Returns:
        One sentence without a full stop. Nearest is who has the lowest multiple of the floor:
        distances themselves depend on the number of samples. Nobody leads in what all have 0 % of.
    """
    nearest = table.nsmallest(1, "× floor").iloc[0]
    said = (
        f"{nearest['pipeline']} comes nearest to real images ({short(nearest['× floor'])} times "
        "the floor)"
    )
    leaders: list[str] = []
    for kind in ("precision", "recall"):
        best = table.nlargest(1, f"{kind} %").iloc[0]
        share = percent(best[f"{kind} %"] / 100.0, 0)
        if share != percent(0.0, 0):
            verb = "" if leaders else "has "
            leaders.append(f"{best['pipeline']} {verb}the highest {kind} ({share})")
    return "; ".join(filter(None, [said, ", ".join(leaders)]))
