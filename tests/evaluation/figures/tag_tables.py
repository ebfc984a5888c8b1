"""Small frames that look like those of taggers: fixtures for `conftest`."""

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.tag_colours import TAG_COLOURS


@pytest.fixture
def tag_tables() -> dict[str, pd.DataFrame]:
    """A network of two seeds, better at nouns, worse at verbs, and a baseline that knows no X."""
    network = pd.DataFrame(
        {"tag": ["NOUN", "PUNCT", "VERB"], "f1": [0.9, 1.0, 0.7], "support": [40, 20, 60]}
    )
    baseline = pd.DataFrame(
        {
            "tag": ["NOUN", "PUNCT", "VERB", "X"],
            "f1": [0.8, 1.0, 0.75, np.nan],
            "support": [20, 10, 30, 0],
        }
    )
    return {"char_bilstm": network, "affix_logistic": baseline}


@pytest.fixture
def frequency_tables() -> dict[str, pd.DataFrame]:
    seen = ["0", "1", "2–5", "6–20", "more than 20"]
    network = pd.DataFrame({"seen": seen, "words": [200, 40, 60, 0, 30_000]})
    accuracy = np.array([0.8, 0.9, 0.92, np.nan, 0.97])
    return {
        "char_bilstm": network.assign(token_accuracy=accuracy),
        "affix_logistic": network.assign(
            words=network["words"] // 2, token_accuracy=accuracy - 0.1
        ),
    }


@pytest.fixture
def sentences() -> pd.DataFrame:
    """A sentence of 70 words, one with dollars and a mistake, one in letters of another script."""
    long = pd.DataFrame({"sentence": 0, "form": ["word"] * 69 + ["x" * 90], "actual": "NOUN"})
    forms = ["It", "costs", "$5", "or", "$6", "_^\\x"]
    tags = ["PRON", "VERB", "NOUN", "CCONJ", "NOUN", "SYM"]
    dollars = pd.DataFrame({"sentence": 1, "form": forms, "actual": tags})
    other = pd.DataFrame({"sentence": 2, "form": ["\U0010fffd!", "Ёж"], "actual": ["X", "NOUN"]})
    frame = pd.concat([long, dollars, other], ignore_index=True)
    position = frame.groupby("sentence").cumcount()
    assert set(frame["actual"]) <= set(TAG_COLOURS)
    return frame.assign(
        part="test",
        position=position,
        predicted=frame["actual"].where(frame["form"] != "costs", "NOUN"),
        confidence=0.9,
        known=frame["form"] != "Ёж",
    )
