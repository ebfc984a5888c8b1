"""Every result that the README tells, and where a run reports it.

A figure's pattern finds it in README.md, so that its value stands in one place only. Its source
is `seconds` of the run, a key of its metrics.json, or `row | column` of its comparison.csv; of
`one or another` it is the smaller one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORDS = {"two": "2", "four": "4", "eight": "8", "ten": "10"}
NUMBER = r"([<\d][\d.e-]*\d|-\d[\d.]*|\d)"
MINUTE = 1 / 60


@dataclass(frozen=True)
class Figure:
    """A result that the README tells.

    Attributes:
        run: A key of `pipeline_runs.EVERY`.
        source: What of the run it is.
        pattern: Regular expression of the README, white space like any other; the first group is
            the figure.
        scale: What the run's figure is multiplied by to be in the README's unit.
    """

    run: str
    source: str
    pattern: str
    scale: float = 1.0

    def find(self, readme: str) -> re.Match[str]:
        """Where the README tells it.

        Raises:
            LookupError: If it does not.
        """
        found = re.search(self.pattern.replace(" ", r"\s+"), readme, re.MULTILINE)
        if found is None:
            raise LookupError(
                f"README.md has nothing like {self.pattern!r}: mend benchmarks/readme_figures.py."
            )
        return found

    def told(self, readme: str) -> str:
        """The figure as the README has it."""
        text = self.find(readme).group(1)
        return WORDS.get(text, text)


def table(
    run: str, columns: list[str], rows: dict[str, str], missing: dict[str, str]
) -> list[Figure]:
    """The figures of a table that a run prints.

    Args:
        run: A key of `pipeline_runs.EVERY`.
        columns: Of its comparison.csv, in the README's order.
        rows: Regular expression of the README's row by the row's name in comparison.csv.
        missing: The column that a row leaves empty, by the row's name.
    """
    return [figure for name in rows for figure in _cells(run, columns, rows[name], name, missing)]


def _cells(
    run: str, columns: list[str], row: str, name: str, missing: dict[str, str]
) -> Iterator[Figure]:
    there = [column for column in columns if column != missing.get(name)]
    for number, column in enumerate(there):
        skipped = r"(?: \S+)" + f"{{{number}}}"
        yield Figure(run, f"{name} | {column}", f"^ ?{row}{skipped} {NUMBER}")


STOCK_COLUMNS = ["RMSE", "MAE", "direction %", "skill vs persistence %"]
STOCK_ROWS = {
    "2019 to 2025": "persistence close_naive har_ridge lstm lstm.ensemble lstm.walk_forward",
    "book window": "persistence close_naive har_ridge lstm textbook textbook.walk_forward",
}
HOUSE_COLUMNS = ["RMSE", "SD", "MAE", "R²", "p vs plain"]
HOUSE_MODELS = "plain dropout batchnorm weight_decay tabm all_networks mean ridge boosting".split()
TAGGER_COLUMNS = ["words %", "from", "to", "unknown %", "sentences %"]
TAGGERS = [
    "word LSTM",
    "character BiLSTM, mean",
    "character BiLSTM, vote",
    "most frequent tag",
    "logistic regression",
]

STOCK = [
    Figure("stock_lstm", "seconds", r"on two cores in (\d+) seconds \(after"),
    *table(
        "stock_lstm",
        STOCK_COLUMNS,
        {
            f"{window} / {name}": f"{window} {re.escape(name)}"
            for window, names in STOCK_ROWS.items()
            for name in names.split()
        },
        {f"{window} / persistence": "direction %" for window in STOCK_ROWS},
    ),
    Figure("stock_lstm", "lstm.return_direction_accuracy", r"right on ([\d.]+) % of the days", 100),
    Figure("stock_lstm", "lstm.ensemble.mae", r"absolute errors \(([\d.]+) against"),
    Figure("stock_lstm", "har_ridge.mae", r"absolute errors \([\d.]+ against ([\d.]+) points"),
    Figure("stock_lstm", "lstm.dm_p_abs_vs_har_ridge", r"points, p (< 0.001)\)"),
    Figure("stock_lstm", "lstm.dm_p_vs_har_ridge", r"squared ones \(p = ([\d.]+)\)"),
    Figure(
        "stock_lstm", "textbook.skill_vs_persistence", r"loses to yesterday's high by (\d+) %", -100
    ),
    Figure("stock_lstm_again", "seconds", r"in about (\w+) seconds"),
]

HOUSE = [
    Figure("house_boston", "seconds", r"random splits. On two cores in (\d+) seconds"),
    *table(
        "house_boston",
        HOUSE_COLUMNS,
        {model: model for model in HOUSE_MODELS},
        {"plain": "p vs plain"},
    ),
    Figure("house_ames", "best.log_rmse_mean", r"log RMSE of ([\d.]+) against"),
    Figure("house_ames", "boosting.log_rmse_mean", r"log RMSE of [\d.]+ against ([\d.]+)"),
    Figure("house_california", "best.rmse_mean", r"an RMSE of ([\d.]+) against"),
    Figure("house_california", "boosting.rmse_mean", r"an RMSE of [\d.]+ against ([\d.]+)"),
    Figure("house_price_search", "grid.value or tpe.value", r"finds ([\d.]+) on the inner folds"),
    Figure("house_price_search", "shipped.value", r"inner folds instead of ([\d.]+)"),
]

DIGITS = [
    Figure("mnist_mlp", "test_accuracy", r"book's network reads ([\d.]+) % of", 100),
    Figure("mnist_mlp_augmented", "test_accuracy", r"wide MLP on bent digits ([\d.]+) %", 100),
    Figure("mnist_cnn", "test_accuracy", r"small convolutional network ([\d.]+) %", 100),
    Figure("mnist_cnn", "seconds", r"small convolutional one, in (\w+) minutes", MINUTE),
    Figure("mnist_cnn_best", "test_accuracy", r"`best` ([\d.]+) % \(mean of three", 100),
    Figure("mnist_cnn_best", "seconds", r"mean of three, (\w+) minutes each", MINUTE / 3),
    Figure("mnist_cnn_best", "vote.test_accuracy", r"their vote ([\d.]+) %", 100),
    Figure("mnist_vae", "bce_kl", r"BCE \+ KL of ([\d.]+)"),
    Figure("mnist_vae", "iwae_nll", r"negative log-likelihood of ([\d.]+) nats"),
    Figure("mnist_vae", "frechet_ratio", r"Fréchet distances are ([\d.]+) \(VAE"),
    Figure("mnist_gan", "frechet_ratio", r"\(VAE\), ([\d.]+) \(GAN\)"),
    Figure("mnist_dcgan", "frechet_ratio", r"\(GAN\), ([\d.]+) \(DCGAN\)"),
    Figure("mnist_cgan", "frechet_ratio", r"\(DCGAN\) and ([\d.]+) \(CGAN\)"),
    Figure("mnist_cgan", "conditional_accuracy", r"([\d.]+) % of the conditional network's", 100),
    Figure("mnist_cgan", "train_on_generated_accuracy", r"them only reads ([\d.]+) % of the", 100),
    *(
        Figure(f"mnist_{name}", "seconds", r"in 3 to (\d+) minutes each", MINUTE)
        for name in ("vae", "gan", "dcgan", "cgan")
    ),
]

OTHERS = [
    Figure("pos_tagger_ewt", "seconds", r"pre-trained vectors\), after (\d+) minutes", MINUTE),
    *table("pos_tagger_ewt", TAGGER_COLUMNS, {name: name for name in TAGGERS}, {}),
    Figure("optimizer_comparison", "seconds", r"bootstrap bands, in (\d+) seconds"),
    Figure("optimizer_comparison", "mnist.nag.median_loss", r"Nesterov \(([\d.]+)\)"),
    Figure("optimizer_comparison", "mnist.momentum.median_loss", r"momentum \(([\d.]+) nats"),
    Figure("curve_fit", "torch.steps", r"the same (\d+) steps"),
    Figure("curve_fit", "torch.w", r"w = ([\d.]+) and"),
    Figure("curve_fit", "torch.b", r"b = ([\d.]+),"),
    Figure("curve_fit", "torch | off", r"b = [\d.]+, ([\de-]+) from"),
    Figure("curve_fit", "gradient_disagreement", r"gradients equal to (1e-14)"),
]

FIGURES = [*STOCK, *HOUSE, *DIGITS, *OTHERS]
