import matplotlib
import pandas as pd
import pytest
from matplotlib.ticker import StrMethodFormatter

from dl_pipelines.evaluation.figures import palette, style


@pytest.mark.parametrize(
    ("key", "readable"),
    [
        ("har_ridge", "HAR ridge"),
        ("lstm.walk_forward", "LSTM walk forward"),
        ("gru", "gru"),
    ],
)
def test_name(key, readable):
    assert style.name(key) == readable


def test_colours_are_distinct_and_survive_a_suffix():
    shown = [style.colour(key) for key in [*palette.NAMES, "gru"]]
    assert len(set(shown)) == len(shown)
    assert style.colour("lstm.ensemble") == style.colour("lstm")


@pytest.mark.parametrize(
    ("value", "text"),
    [(18.94, "+18.9"), (-22.5, "\N{MINUS SIGN}22.5"), (0.0, "0.0"), (-0.01, "0.0")],
)
def test_signed(value, text):
    assert style.signed(value) == text


def test_percent_does_not_break_before_its_sign():
    assert style.percent(0.189) == "18.9\N{NO-BREAK SPACE}%"


def test_canvas_breaks_a_long_title_evenly_and_leaves_out_empty_notes():
    figure, panels = style.canvas("a word " * 14, "Source", "", "10 days", rows=2, columns=2)
    lines = figure.get_suptitle().splitlines()
    assert len(panels) == 4
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < 20
    assert figure.get_supxlabel() == "Source · 10 days"


def test_canvas_leaves_matplotlib_as_it_was():
    before = dict(matplotlib.rcParams)
    style.canvas("Title")
    assert dict(matplotlib.rcParams) == before


def test_source_note_prefers_the_source_and_hides_folders():
    frame = pd.DataFrame()
    assert style.source_note(frame) == ""
    frame.attrs["file"] = "/home/someone/data/bars.csv"
    assert style.source_note(frame) == "Source: bars.csv"
    frame.attrs["source"] = "tushare 000300.SH"
    assert style.source_note(frame) == "Source: tushare 000300.SH"


def test_seeds_note_counts_seed_columns(forecasts):
    assert style.seeds_note(forecasts) == "Forecast: mean of 2 seeds"
    assert style.seeds_note(forecasts.drop(columns=["seed_0", "seed_1"])) == ""


def test_large_numbers_get_a_separator_from_four_digits_on():
    _, (small, large) = style.canvas("Title", rows=2)
    small.set_xlim(0, 999)
    large.set_xlim(-2000, 0)
    style.large_numbers(small.xaxis, large.xaxis)
    assert not isinstance(small.xaxis.get_major_formatter(), StrMethodFormatter)
    assert large.xaxis.get_major_formatter()(-2000) == "\N{MINUS SIGN}2,000"


def test_margin_texts_stand_beside_their_rows():
    _, (panel,) = style.canvas("Title")
    style.margin_texts(panel, ["first", "second"])
    assert [(text.get_text(), text.get_position()) for text in panel.texts] == [
        ("first", (1.01, 0)),
        ("second", (1.01, 1)),
    ]
