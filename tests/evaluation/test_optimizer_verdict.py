from dl_pipelines.evaluation.optimizer_verdict import (
    comparison_verdict,
    switch_finding,
    task_verdict,
)


def with_band(ranking, optimizer, low, high):
    changed = ranking.copy()
    changed.loc[changed["optimizer"] == optimizer, ["low", "high"]] = (low, high)
    return changed


def test_the_book_s_claim_is_confirmed_only_by_a_band_below_both(ranked_optimizers):
    assert switch_finding(ranked_optimizers) == (
        "Adam → SGD ends below both Adam and Momentum, as the book says"
    )
    level = with_band(ranked_optimizers, "adam_sgd", 0.1, 0.21)
    assert switch_finding(level) == (
        "Adam → SGD ends level with Adam and below Momentum: the book's claim, better than both, "
        "is not confirmed"
    )
    above = with_band(ranked_optimizers, "adam_sgd", 0.3, 0.31)
    assert "ends above Adam and below Momentum" in switch_finding(above)


def test_without_all_three_nothing_is_said_of_it(ranked_optimizers):
    two = ranked_optimizers[ranked_optimizers["optimizer"] != "momentum"]
    assert switch_finding(two) == ""
    assert "the book" not in task_verdict(two, 0.4)


def test_the_verdict_names_the_best_the_fastest_and_what_is_in_doubt(ranked_optimizers):
    said = task_verdict(ranked_optimizers, 0.4)
    assert said.startswith("Adam → SGD has the lowest median test loss (0.120, band 0.100 to 0.14")
    assert (
        "Adam → SGD reaches the target of 0.4 in the fewest steps (40) and seconds (80.0)" in said
    )
    assert "3 trainings that tried rates diverged; 1 at a chosen rate" in said
    assert "the best rate of Adam is the last one that was tried" in said


def test_ties_are_told(ranked_optimizers):
    tied = ranked_optimizers.assign(rank=1)
    assert "tied with Adam and Momentum, whose bands overlap its own" in task_verdict(tied, 0.4)


def test_a_target_that_nobody_reaches_is_told(ranked_optimizers):
    never = ranked_optimizers.assign(steps=float("inf"), seconds=float("inf"))
    assert "Most seeds of no optimizer reach the target of 0.4" in task_verdict(never, 0.4)


def test_the_fewest_seconds_may_be_another_s(ranked_optimizers):
    faster = ranked_optimizers.copy()
    faster.loc[faster["optimizer"] == "adam", "seconds"] = 1.5
    said = task_verdict(faster, 0.4)
    assert "fewest steps (40), Adam in the fewest seconds (1.50)" in said


def test_a_sample_is_told(ranked_optimizers):
    both = {"Toy": ranked_optimizers, "MNIST": ranked_optimizers}
    targets = dict.fromkeys(both, 0.4)
    whole, part = (comparison_verdict(both, targets, sample=sample) for sample in (False, True))
    assert [line.partition(":")[0] for line in whole.splitlines()] == ["Toy", "MNIST"]
    assert part == f"{whole}\nOnly a sample of MNIST was there: no match for figures of the whole."


def test_that_all_diverge_is_told(ranked_optimizers):
    lost = ranked_optimizers.assign(loss=float("inf"), low=float("inf"), high=float("inf"))
    assert task_verdict(lost, 0.4).startswith("all optimizers diverge. 3 trainings that tried")
