"""What the figures of taggers say: one table and a few sentences.

`models` maps a tagger ("character BiLSTM", "affix_logistic") to its predictions frame
(`evaluation.tag_predictions`); networks of several seeds are judged by their mean.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from dl_pipelines.evaluation.significance import LEVEL
from dl_pipelines.evaluation.tag_bootstrap import MIN_SENTENCES, AccuracyGain, accuracy_gain
from dl_pipelines.evaluation.tagging import evaluate_tags, metrics_by_seed
from dl_pipelines.evaluation.wording import counted, p_value_text, percent

FEW = 100
"""Sentences; figures of fewer say little about a tagger."""
_NAMES = {
    "most_frequent": "most frequent tag",
    "affix_logistic": "logistic regression",
}
_COLUMNS = {
    "words %": "token_accuracy",
    "from": "token_accuracy_low",
    "to": "token_accuracy_high",
    "unknown %": "unknown_accuracy",
    "sentences %": "sentence_accuracy",
}


def tag_table(
    models: Mapping[str, pd.DataFrame], seconds: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """One row a tagger, for the terminal and a CSV file.

    Args:
        models: Taggers and their predictions, of which those of the test part are judged.
        seconds: Tagger → how long it took to fit, where that is known.

    Returns:
        Columns tagger; words % (of the test part, tagged right), from and to (its 95 % bootstrap
        interval over sentences), unknown % (of the words not trained on), sentences % (without a
        mistake) and train s (seconds); NaN where a figure is not defined. Columns without any
        figure are left out.

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    figures = {model: evaluate_tags(_test(frame)) for model, frame in models.items()}
    table = pd.DataFrame(
        {
            "tagger": [_NAMES.get(model, model) for model in models],
            **{
                column: [100.0 * own.get(key, float("nan")) for own in figures.values()]
                for column, key in _COLUMNS.items()
            },
            "train s": [(seconds or {}).get(model, float("nan")) for model in models],
        }
    )
    return table.dropna(axis="columns", how="all")


def tag_verdict(
    models: Mapping[str, pd.DataFrame],
    *,
    network: str,
    baselines: Sequence[str],
    dataset: str,
    source: str,
) -> str:
    """Say in words how well a network tags, and whether it beats the baselines.

    Args:
        models: Taggers and their predictions, of which those of the test part are judged.
        network: Which of them is the network, by the name that the verdict gives it.
        baselines: Which of them it is held against.
        dataset: Name of the treebank.
        source: Where it came from.

    Returns:
        A few sentences: the words and sentences tagged right with the 95 % interval, the words that
        were not trained on, the gain on each baseline and whether it may be luck, and a warning
        where the test part is small.

    Raises:
        DataError: As `tag_predictions.checked_tags`, and if the taggers did not tag the same words.
    """
    test = {model: _test(models[model]) for model in [network, *baselines]}
    figures = evaluate_tags(test[network])
    sentences = [
        f"{network} on {dataset} ({source}): {_accuracy(test[network], figures)}",
        *_unknown(figures),
        f"Sentences without a mistake: {percent(figures['sentence_accuracy'])} of "
        f"{figures['sentences']:,.0f}",
    ]
    gains = {rival: accuracy_gain(test[network], test[rival]) for rival in baselines}
    if gains:
        sentences.append(_against(gains, test, figures))
    sentences += _small(figures)
    return ". ".join(sentences) + "."


def _test(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["part"] == "test"]


def _accuracy(test: pd.DataFrame, figures: Mapping[str, float]) -> str:
    """Token accuracy with its spread over seeds and its interval over sentences."""
    words = counted(figures["tokens"], "test word")
    share = percent(figures["token_accuracy"])
    seeds = test["seed"].nunique() if "seed" in test else 1
    if seeds > 1:
        deviation = metrics_by_seed(test)["token_accuracy"].std()
        share += f" ± {100.0 * deviation:.2f} over {seeds} seeds"
    text = f"{share} of {words} are tagged right"
    if figures["sentences"] < MIN_SENTENCES:
        return text
    low, high = (percent(figures[f"token_accuracy_{end}"]) for end in ("low", "high"))
    return f"{text} (95 % interval over sentences: {low} to {high})"


def _unknown(figures: Mapping[str, float]) -> list[str]:
    if "unknown_accuracy" not in figures:
        return ["All of them were trained on"]
    words = counted(figures["unknown_words"], "word")
    return [f"Of {words} not trained on, {percent(figures['unknown_accuracy'])} are"]


def _small(figures: Mapping[str, float]) -> list[str]:
    if figures["sentences"] >= FEW:
        return []
    return [
        f"A test part of {counted(figures['sentences'], 'sentence')} is small: it shows that the "
        "tagger works, not how well it would do on other texts"
    ]


def _against(
    gains: Mapping[str, AccuracyGain],
    test: Mapping[str, pd.DataFrame],
    figures: Mapping[str, float],
) -> str:
    """How the network stands against each baseline; those of one standing are named together."""
    rivals: dict[str, list[str]] = {}
    for rival, gain in gains.items():
        accuracy = percent(evaluate_tags(test[rival])["token_accuracy"])
        name = f"the {_NAMES[rival]}" if rival in _NAMES else rival
        rivals.setdefault(_standing(gain), []).append(f"{name} ({accuracy}{_chance(gain)})")
    parts = [f"{standing} {' and '.join(named)}" for standing, named in rivals.items()]
    tested = figures["sentences"] >= MIN_SENTENCES
    note = "; p-values of a paired bootstrap of sentences" if tested else ""
    return f"It {' and '.join(parts)}{note}"


def _standing(gain: AccuracyGain) -> str:
    """A win is one that chance does not explain."""
    if gain.gain == 0.0:
        return "is level with"
    if gain.p_value < LEVEL:  # no test gives NaN
        return "beats" if gain.gain > 0.0 else "loses to"
    return "is ahead of" if gain.gain > 0.0 else "is behind"


def _chance(gain: AccuracyGain) -> str:
    """The difference and what chance would do."""
    if gain.gain == 0.0:
        return ""
    points = f", {100.0 * gain.gain:+.2f} points".replace("-", "\N{MINUS SIGN}")
    if pd.isna(gain.p_value):
        return f"{points}, one sentence, so no test"
    luck = ", which may be luck" if gain.p_value >= LEVEL else ""
    return f"{points}, {p_value_text(gain.p_value)}{luck}"
