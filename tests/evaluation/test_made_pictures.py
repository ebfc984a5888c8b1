import numpy as np
import pytest

from dl_pipelines.evaluation.made_pictures import made_metrics, made_verdict

ONE = np.array([[0, 0], [3, 255]], dtype=np.uint8)
METRICS = {"samples": 1200, "distinct": 1200, "inked": 0.5}


def test_pictures_are_counted_and_so_are_their_copies():
    metrics = made_metrics(np.stack([ONE, ONE.T, ONE, np.zeros_like(ONE)]))
    assert metrics == {"samples": 4, "distinct": 3, "inked": pytest.approx(6 / 16)}


def test_the_verdict_says_who_made_what_and_that_nobody_judged_it():
    assert made_verdict(METRICS, model="mnist_gan", recipe="book") == (
        "mnist_gan (book) has made 1,200 pictures. Nobody has chosen or judged them; how good they "
        "are say the metrics of mnist_gan."
    )


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"asked": "Ankle boot"}, "has made 1,200 pictures of the class Ankle boot."),
        ({"in_turn": True}, "has made 1,200 pictures, all classes in turn."),
        ({"quick": True}, "It learnt in a quick run, a short training for a look."),
    ],
)
def test_what_is_special_is_said(told, sentence):
    plain = made_verdict(METRICS, model="mnist_cgan", recipe="book")
    assert sentence not in plain
    assert sentence in made_verdict(METRICS, model="mnist_cgan", recipe="book", **told)


def test_copies_are_told():
    verdict = made_verdict(METRICS | {"distinct": 3}, model="mnist_gan", recipe="book")
    assert "Only 3 of them differ." in verdict
    one = {"samples": 1, "distinct": 1, "inked": 0.1}
    assert "has made 1 picture. Nobody" in made_verdict(one, model="mnist_gan", recipe="book")
