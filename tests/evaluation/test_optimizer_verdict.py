from dl_pipelines.evaluation.optimizer_verdict import (
    Goal,
    comparison_verdict,
    switch_finding,
    task_verdict,
)

GOAL = Goal(target=0.4, every=20, switch="SGD after 2 of 3 epochs")


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
    assert "the book" not in task_verdict(two, GOAL)


def test_the_verdict_names_the_best_the_fastest_and_what_is_in_doubt(ranked_optimizers):
    said = task_verdict(ranked_optimizers, GOAL)
    assert said.startswith("Adam → SGD has the lowest median test loss (0.120, band 0.100 to 0.14")
    assert (
        "Adam → SGD and Adam reach the target of 0.4 in the fewest steps (40, counted to the next "
        "multiple of 20); in seconds the measured times of several overlap"
    ) in said
    assert "is not confirmed" not in said
    assert "as the book says (SGD after 2 of 3 epochs)" in said
    assert "tuning seeds for Adam → SGD (0.01)" in said
    assert (
        "3 trainings that tried rates diverged or learnt no more than a constant; 1 at a chosen"
        in said
    )
    assert "the best rate of Adam is the last one that was tried" in said


def test_ties_are_told(ranked_optimizers):
    tied = ranked_optimizers.assign(rank=1)
    assert "tied with Adam and Momentum, whose bands overlap its own" in task_verdict(tied, GOAL)


def test_a_target_that_nobody_reaches_is_told(ranked_optimizers):
    never = ranked_optimizers.assign(steps=float("inf"), seconds=float("inf"))
    assert "Most seeds of no optimizer reach the target of 0.4" in task_verdict(never, GOAL)


def test_the_fewest_seconds_are_told_where_measured_times_do_not_overlap(ranked_optimizers):
    faster, adam = ranked_optimizers.copy(), ranked_optimizers["optimizer"] == "adam"
    faster.loc[adam, ["seconds", "seconds_high"]] = (71.0, 71.9)  # the other's are 72 at least
    said = task_verdict(faster, GOAL)
    assert "multiple of 20), Adam in the fewest seconds (71.0)" in said
    faster.loc[adam, "seconds_high"] = 72.1
    assert "in seconds the measured times of several overlap" in task_verdict(faster, GOAL)


def test_one_that_is_first_alone_is_named_alone(ranked_optimizers):
    first = ranked_optimizers.copy()
    adam = first["optimizer"] == "adam"
    first.loc[adam, ["steps", "seconds", "seconds_high"]] = (20.0, 1.0, 2.0)
    assert (
        ". Adam reaches the target of 0.4 in the fewest steps (20, counted to the next multiple of "
        "20) and in the fewest seconds (1.00). "
    ) in task_verdict(first, GOAL)


def test_rates_that_are_sure_are_not_doubted(ranked_optimizers):
    sure = ranked_optimizers.assign(close_rate=float("nan"))
    assert "spread of the tuning seeds" not in task_verdict(sure, GOAL)


def test_few_seeds_are_told(ranked_optimizers):
    few = ranked_optimizers.assign(rank=float("nan"), low=float("nan"), high=float("nan"))
    assert "but the seeds are too few for bands and ranks" in task_verdict(few, GOAL)


def test_a_sample_is_told(ranked_optimizers):
    both = {"Toy": ranked_optimizers, "MNIST": ranked_optimizers}
    goals = dict.fromkeys(both, GOAL)
    whole, part = (comparison_verdict(both, goals, sample=sample) for sample in (False, True))
    assert [line.partition(":")[0] for line in whole.splitlines()] == ["Toy", "MNIST"]
    assert part == f"{whole}\nOnly a sample of MNIST was there: no match for figures of the whole."


def test_that_all_diverge_is_told(lost_ranking):
    assert task_verdict(lost_ranking, GOAL).startswith(
        "all optimizers diverge. 30 trainings that tried"
    )
    assert "the last one that was tried" not in task_verdict(lost_ranking, GOAL)
    assert switch_finding(lost_ranking) == (
        "The book's claim cannot be judged: Adam → SGD, Adam and Momentum diverged"
    )
