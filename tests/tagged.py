"""Tagged sentences as frames of words."""

import pandas as pd


def tokens(*sentences, part="train", kinds=("tag",)):
    """Words of sentences such as "The/DET cat/NN", with a label for each of `kinds`."""
    rows = [
        (part, number, *word.rsplit("/", len(kinds)))
        for number, sentence in enumerate(sentences)
        for word in sentence.split()
    ]
    return pd.DataFrame(rows, columns=["part", "sentence", "form", *kinds])
