"""Cost of training a tagger, in batches of sentences and a sentence a step.

All train the strong tagger's network (word and character BiLSTM) for an epoch on the first 2,000
training sentences of the English Web Treebank, with the same optimizer, in turns, so that a busy
machine slows all of them alike. "bare" is what one would write by hand in torch: a sentence a
step, all of them encoded beforehand.

    python benchmarks/taggers.py [--rounds 3] [--threads 1]

The treebank is the project's: from a mirror folder (DL_PIPELINES_DATA) or a download.
"""

from functools import partial
from pathlib import Path

import torch
from torch import nn, optim

from dl_pipelines.data.sentences import SentenceBatch, Sentences
from dl_pipelines.data.vocabulary import Vocabulary
from dl_pipelines.io.treebank import TreebankDataset
from dl_pipelines.models.taggers import build_tagger
from dl_pipelines.params import Compute
from dl_pipelines.params.tagging import TaggerTraining
from dl_pipelines.training.taggers import Task, fit_taggers
from results import publish
from timing import Program, compared, interleave, options

FOLDER = Path(__file__).parents[1] / "data" / "01_raw"
SENTENCES = 2000
WORDS = 512  # a batch
NETWORK = {
    "embedding": 100,
    "character_embedding": 32,
    "character_hidden": 64,
    "affix_embedding": 16,
    "hidden": 200,
    "layers": 2,
    "dropout": 0.4,
}
RATE, CLIP_NORM, WORD_DROPOUT = 2e-3, 5.0, 0.25


def main() -> None:
    """Print the table."""
    given = options(__doc__, rounds=3)
    torch.set_num_threads(given.threads)
    task = treebank()
    programs: dict[str, Program] = {
        "a sentence a step, bare": bare_loop(task),
        "a sentence a step": our_loop(task, 1, given.threads),
        f"batches of {WORDS} words (ours)": our_loop(task, WORDS, given.threads),
    }
    seconds = interleave(programs, given.rounds)
    words = len(task.train.words)
    rows = compared(
        seconds,
        "a sentence a step, bare",
        label="pos_tagger: {}",
        unit="ms a 1,000 words",
        scale=1e6 / words,
    )
    about = f"{SENTENCES} sentences, {words} words, threads: {given.threads}, {given.rounds} rounds"
    publish("taggers", about, rows)


def treebank() -> Task:
    """Real sentences: their lengths are what batches have to cope with."""
    tokens = TreebankDataset("ewt", str(FOLDER)).load()
    tokens = tokens[(tokens["part"] == "train") & (tokens["sentence"] < SENTENCES)]
    vocabulary = Vocabulary.fit(tokens)
    counts = [*vocabulary.words.values()]
    return Task(vocabulary.encode(tokens), None, sizes=vocabulary.sizes, counts=counts)


def our_loop(task: Task, batch_size: int, threads: int) -> Program:
    """The project's training; no sentence shares a batch of one word."""
    training = TaggerTraining.model_validate(
        {
            "epochs": 1,
            "batch_size": batch_size,
            "optimizer": {"name": "adamw", "lr": RATE},
            "loss": {"word_dropout": WORD_DROPOUT},
            "clip_norm": CLIP_NORM,
        }
    )
    return partial(
        fit_taggers,
        [task],
        tagger={"architecture": "char_bilstm", "network": NETWORK},
        training=training.model_dump(),
        compute=Compute(device="cpu", backend="sequential", threads=threads).model_dump(),
    )


def bare_loop(task: Task) -> Program:
    """A loop over sentences in plain torch."""
    network = build_tagger("char_bilstm", NETWORK, **task.sizes)
    optimizer = optim.AdamW(network.parameters(), lr=RATE, fused=True)
    batches = [one_sentence(task.train, row) for row in range(len(task.train.lengths))]
    counts = torch.tensor([0, *task.counts])
    forgotten = WORD_DROPOUT / (WORD_DROPOUT + counts)

    def epoch() -> float:
        network.train()
        total = torch.zeros(())
        for number in torch.randperm(len(batches)).tolist():
            batch = batches[number]
            drawn = torch.rand(len(batch.words)) < forgotten[batch.words]
            optimizer.zero_grad()
            (scores,) = network(batch._replace(words=batch.words.masked_fill(drawn, 0)))
            loss = nn.functional.cross_entropy(scores, batch.labels[:, 0])
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM)
            optimizer.step()
            total += loss.detach()
        return total.item() / len(batches)

    return epoch


def one_sentence(sentences: Sentences, row: int) -> SentenceBatch:
    """What the network takes of a sentence."""
    return sentences.batch(*sentences.places(torch.tensor([row])))


if __name__ == "__main__":
    main()
