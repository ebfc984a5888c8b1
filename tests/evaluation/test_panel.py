import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.metrics import mae, rmse, skill
from dl_pipelines.evaluation.panel import metrics_by_symbol, pooled_metrics, universe_report
from dl_pipelines.evaluation.panel_verdict import universe_table, universe_verdict
from dl_pipelines.evaluation.rank_ic import MIN_SYMBOLS, rank_ic, rank_ic_summary
from tests.evaluation.panels import forecasts


def test_each_symbol_is_judged_by_its_own_days():
    panel = forecasts()
    table = metrics_by_symbol(panel).set_index("ts_code")
    own = panel[panel["ts_code"] == "600002.SH"]
    figures_of_it = table.loc["600002.SH"]
    assert figures_of_it["days"] == 4
    assert figures_of_it["rmse"] == pytest.approx(rmse(own["actual"], own["forecast"]) / 30.0)
    assert figures_of_it["mae"] == pytest.approx(mae(own["actual"], own["forecast"]) / 30.0)
    gain = skill(own["actual"], own["forecast"], own["close_naive"])
    assert figures_of_it["skill_vs_close_naive"] == pytest.approx(gain)
    assert figures_of_it["skill_vs_har_ridge"] == pytest.approx(0.5)
    right = (own["forecast"] > own["persistence"]).mean()
    assert figures_of_it["direction_accuracy"] == pytest.approx(right)


def test_dear_symbols_weigh_no_more_than_cheap_ones():
    panel = forecasts()
    prices = ["actual", "close", "persistence", "close_naive", "har_ridge", "forecast"]
    dearer = panel.copy()
    dearer.loc[dearer["ts_code"] == "600000.SH", prices] *= 1000.0
    assert pooled_metrics(dearer) == pytest.approx(pooled_metrics(panel))


def test_all_together():
    panel = forecasts()
    pooled = pooled_metrics(panel)
    relative = (panel["forecast"] - panel["actual"]) / panel["close"]
    assert pooled["rmse"] == pytest.approx(np.sqrt((relative**2).mean()))
    assert pooled["har_ridge.rmse"] == pytest.approx(2.0 * pooled["rmse"])
    assert pooled["skill_vs_har_ridge"] == pytest.approx(0.5)
    assert (pooled["symbols"], pooled["days"], pooled["samples"]) == (6.0, 4.0, 24.0)


def test_a_test_counts_days_not_samples():
    """Symbols that err together are no more evidence than one of them."""
    one = forecasts(symbols=1, days=30)
    many = pd.concat(
        [one.assign(ts_code=pd.Categorical([f"60000{n}.SH"] * 30)) for n in range(8)],
        ignore_index=True,
    )
    alone, together = pooled_metrics(one), pooled_metrics(many)
    assert together["dm_p_vs_har_ridge"] == pytest.approx(alone["dm_p_vs_har_ridge"])


def test_a_day_weighs_as_many_samples_as_it_has():
    """What is tested is the difference that the skill tells, though most symbols are young."""
    panel = forecasts(symbols=12, days=300)
    late = panel["date"] >= panel["date"].min() + pd.Timedelta(days=200)
    old = panel["ts_code"].isin(["600000.SH", "600001.SH"])
    errors = panel[["forecast", "har_ridge"]].sub(panel["actual"], axis=0)
    errors.loc[~late, "forecast"] *= 4.0  # worse in the early days, which have few symbols
    panel, errors = panel[late | old].copy(), errors[late | old]
    rmse_of = errors.div(panel["close"], axis=0).pow(2).mean().pow(0.5)
    level = errors["forecast"] * rmse_of["har_ridge"] / rmse_of["forecast"]
    panel["forecast"] = panel["actual"] + level
    pooled = pooled_metrics(panel)
    assert pooled["skill_vs_har_ridge"] == pytest.approx(0.0, abs=1e-12)
    assert pooled["dm_p_vs_har_ridge"] == pytest.approx(1.0)


def test_the_order_of_a_day_is_spearmans():
    panel = forecasts()
    days = rank_ic(panel).set_index("date")
    for day, rows in panel.groupby("date"):
        for name in ("har_ridge", "forecast"):
            expected = spearmanr(rows[name] / rows["close"], rows["actual"] / rows["close"])
            assert days.loc[day, name] == pytest.approx(expected.statistic)


def test_days_with_few_symbols_or_one_tie_have_no_order():
    panel = forecasts()
    first = panel["date"].min()
    known = panel["ts_code"].astype("str") < f"60000{MIN_SYMBOLS - 1}.SH"
    few = panel[(panel["date"] != first) | known].copy()
    last = few["date"].max()
    few.loc[few["date"] == last, "har_ridge"] = few["close"] * 1.02
    assert set(rank_ic(few)["date"]) == set(panel["date"]) - {first, last}
    assert rank_ic_summary(rank_ic(few[few["date"] == first])) == {}


def test_a_perfect_order_is_one_and_its_opposite_minus_one():
    panel = forecasts()
    panel["forecast"] = panel["actual"]
    panel["har_ridge"] = panel["close"] ** 2 / panel["actual"]
    summary = rank_ic_summary(rank_ic(panel))
    assert summary["rank_ic"] == pytest.approx(1.0)
    assert summary["har_ridge.rank_ic"] == pytest.approx(-1.0)
    assert (summary["rank_ic_positive"], summary["har_ridge.rank_ic_positive"]) == (1.0, 0.0)


def test_the_report_names_what_was_left_out():
    panel = forecasts()
    report = universe_report(
        pooled_metrics(panel), metrics_by_symbol(panel), {"600999.SH": "12 rows"}
    )
    assert list(report) == ["pooled", "symbols", "left_out"]
    assert report["symbols"]["600005.SH"]["skill_vs_har_ridge"] == pytest.approx(0.5)
    assert report["left_out"] == {"600999.SH": "12 rows"}


def test_table_and_verdict_say_what_was_measured():
    panel = forecasts(days=30)
    pooled, symbols = pooled_metrics(panel), metrics_by_symbol(panel)
    table = universe_table(pooled, symbols).set_index("forecaster")
    assert table.loc["har_ridge", "lstm's skill %"] == pytest.approx(50.0)
    assert table.loc["har_ridge", "symbols won %"] == 100.0
    text = universe_verdict(pooled, symbols, {"600999.SH": "it has 12 rows."})
    assert "beats the HAR ridge of each symbol by 50.0 %" in text
    assert "600999.SH (it has 12 rows)" in text
    worse = panel.assign(forecast=panel["close"], har_ridge=panel["forecast"])
    text = universe_verdict(pooled_metrics(worse), metrics_by_symbol(worse), {})
    assert "loses to the HAR ridge" in text and "could not take part" not in text


def test_figures_are_drawn_of_one_symbol_too():
    table = metrics_by_symbol(forecasts(symbols=1, days=30))
    (panel,) = figures.skill_by_symbol(table).axes
    (bar,) = panel.patches
    assert bar.get_height() == pytest.approx(50.0)


def test_the_order_is_drawn_as_its_mean_of_a_month():
    days = rank_ic(forecasts(days=30))
    (panel,) = figures.rank_ic_over_time(days).axes
    lines = {line.get_label().partition(",")[0]: line for line in panel.lines}
    drawn = lines["LSTM"].get_ydata()
    assert len(drawn) == 30
    assert drawn[-1] == pytest.approx(days["forecast"].tail(22).mean())


def test_a_few_symbols_have_no_order_and_the_figure_says_so():
    few = rank_ic(forecasts(symbols=MIN_SYMBOLS - 1, days=30))
    figure = figures.rank_ic_over_time(few)
    (panel,) = figure.axes
    assert [text.get_text() for text in panel.texts] == ["No day has 5 symbols to put into order"]
    assert panel.get_legend() is None
    figure.draw_without_rendering()
