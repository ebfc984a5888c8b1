"""What the errors of the house-price models say, in plain words."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from dl_pipelines.evaluation.comparisons import Metric, paired_tests
from dl_pipelines.evaluation.significance import LEVEL
from dl_pipelines.evaluation.wording import p_value_text, short

_NAMES = {
    "plain": "the plain net",
    "dropout": "dropout",
    "batchnorm": "batch norm",
    "weight_decay": "weight decay",
    "tabm": "TabM",
    "all_networks": "the average of all networks",
    "ridge": "ridge regression",
    "boosting": "gradient boosting",
}
_CLAIMS = {
    "dropout": ("dropout lowers the test loss", "5-8"),
    "batchnorm": ("batch norm lowers the test loss a little", "5-9"),
}
_PLAIN = "plain"
_TEST = ", p-values of the corrected resampled t-test"
_RIVALS = ("boosting", "ridge")
_SEARCHED = (
    "A search has chosen settings on most of these rows, so the figures flatter its network: judge "
    "it by the holdout."
)
_COLUMN_B = (
    "Boston's column B encodes the racial make-up of a town by a formula that presumes its effect "
    "on prices, so no real decision may rest on a model that was fitted with it; "
    "house_price.preparation.leave_out takes it away"
)


def claim(tests: pd.DataFrame, variant: str, dataset: str) -> str:
    """Whether the book's claim about a regulariser holds on these data.

    Args:
        tests: Frame of `comparisons.paired_tests` with the plain net as reference.
        variant: "dropout" (figure 5-8 of the book) or "batchnorm" (figure 5-9).
        dataset: Name of the data set.

    Returns:
        One sentence: the claim holds, or its opposite, if p is below 0.05; otherwise it is open.
    """
    test = _row(tests, variant)
    text, figure = _CLAIMS[variant]
    if not test["p_value"] < LEVEL:  # no test gives NaN
        outcome = "is neither confirmed nor refuted"
    else:
        outcome = "holds" if test["difference"] < 0.0 else "does not hold: the opposite is true"
    return (
        f"On {dataset} the book's claim that {text} (figure {figure}) {outcome}: "
        f"{_comparison(test)}."
    )


def house_verdict(
    by_split: Mapping[str, pd.DataFrame],
    *,
    best: str,
    dataset: str,
    protocol: str,
    unit: str,
    test_share: float,
    metric: Metric = "rmse",
    left_out: Sequence[str] = (),
    claims: Sequence[str] = tuple(_CLAIMS),
    searched: bool = False,
) -> str:
    """Say in words how the best net does and what became of the book's claims.

    Args:
        by_split: Models and their figures by split (`resampling.metrics_by_split`).
        best: The net chosen on validation rows, such as "tabm" or "tabm.ensemble".
        dataset: Name of the data set.
        protocol: How the splits were drawn, such as "20 random 90/10 splits".
        unit: Unit of the price, such as "1,000 dollars".
        test_share: Test rows over training rows of a split.
        metric: The error compared.
        left_out: Columns that the models did not see.
        claims: Regularisers whose claims can be judged: their networks are the plain one otherwise.
        searched: Whether a search has chosen settings on most of these rows.

    Returns:
        A few sentences: the best net's error against boosting and ridge with p-values (corrected
        resampled t-test), the claims, and what Boston's column B forbids.

    Raises:
        DataError: If the models were not evaluated on the same splits.
    """
    test_against = partial(paired_tests, by_split, test_share=test_share, metric=metric)
    against = {
        rival: _row(test_against(reference=rival), best) for rival in _RIVALS if rival in by_split
    }
    scale = "log price" if metric == "log_rmse" else unit
    sentences = [
        f"{dataset}, {protocol}: {_name(best)}, the net chosen on validation rows, "
        + " and ".join(
            f"{_against(test)} {_NAMES[rival]} ({_comparison(test)})"
            for rival, test in against.items()
        )
        + f"; errors in {scale}{_TEST if len(by_split[_PLAIN]) > 1 else ''}."
    ]
    tests = test_against(reference=_PLAIN)
    sentences += [
        claim(tests, variant, dataset) if variant in claims else _not_judged(variant)
        for variant in _CLAIMS
        if variant in by_split
    ]
    if searched:
        sentences.append(_SEARCHED)
    if dataset == "boston" and "B" not in left_out:
        sentences.append(f"{_COLUMN_B}.")
    return " ".join(sentences)


def _not_judged(variant: str) -> str:
    text, figure = _CLAIMS[variant]
    return (
        f"The book's claim that {text} (figure {figure}) is not judged: that net differs from the "
        "plain one in more than its regulariser."
    )


def _against(test: pd.Series) -> str:
    """How a model stands against another one; a win is one that chance does not explain."""
    ahead = test["difference"] < 0.0
    if test["p_value"] < LEVEL:
        return "beats" if ahead else "loses to"
    return "is ahead of" if ahead else "is behind"


def _row(tests: pd.DataFrame, variant: str) -> pd.Series:
    return tests[tests["variant"] == variant].iloc[0]


def _comparison(test: pd.Series) -> str:
    """Both errors, their ratio and what chance would do: 'RMSE 2.99 against 3.10, …'."""
    own, rival, p_value = test["error"], test["reference_error"], test["p_value"]
    chance = "one split, so no test" if pd.isna(p_value) else p_value_text(p_value)
    return f"RMSE {short(own)} against {short(rival)}, {100 * (own / rival - 1):+.1f} %, {chance}"


def _name(model: str) -> str:
    key, _, suffix = model.partition(".")
    name = _NAMES.get(key, key)
    return f"the average of the seeds of {name}" if suffix else name
