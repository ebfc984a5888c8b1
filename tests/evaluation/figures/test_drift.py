import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.text import Text

from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.drift_errors import judge_errors
from dl_pipelines.evaluation.figures import style
from tests.evaluation.drift_frames import RECORD, drift, features, forecasts
from tests.evaluation.figures.drift_frames import WINDOWS


def test_bars_are_as_long_as_the_index_and_red_where_a_feature_has_drifted():
    figure = figures.feature_drift_bars(drift(), moderate=0.1, large=0.25)
    (panel,) = figure.axes
    names = [label.get_text() for label in panel.get_yticklabels()]
    widths = {name: bar.get_width() for name, bar in zip(names, panel.patches, strict=True)}
    assert widths == {"return_1": 0.12, "volume_change": 0.44, "range_22": 2.5}
    colours = style.NEUTRAL, style.ALERT, style.NEUTRAL
    assert [bar.get_facecolor() for bar in panel.patches] == [to_rgba(name) for name in colours]
    assert [line.get_xdata()[0] for line in panel.lines] == [0.1, 0.25]
    assert figure.get_suptitle() == "1 of 3 features has drifted"


def test_shares_of_each_feature_add_up_to_all_days():
    days = features(300, "2018-01-02"), features(60, "2019-06-03", scale=0.5)
    figure = figures.drift_distributions(*days, drift())
    assert len(figure.axes) == 3
    for panel in figure.axes:
        for drawn in panel.patches:
            assert drawn.get_data().values.sum() == pytest.approx(100.0)


def test_the_days_named_are_those_forecast_as_in_the_verdict():
    days = features(300, "2018-01-02"), features(60, "2019-06-03")
    figure = figures.drift_distributions(*days, drift())
    shown = " ".join(text.get_text() for text in figure.findobj(Text))
    for frame in days:
        assert style.days_note(frame["target_date"]) in " ".join(shown.split())
        assert f"{frame['date'].min():%Y-%m-%d}" not in shown


def test_rolling_figures_end_with_those_of_the_judgement():
    frame = forecasts()
    share, error, skill = figures.drift_errors(frame, RECORD, **WINDOWS).axes
    last = frame.tail(20)
    found = judge_errors(last, RECORD, level=0.05, resamples=2, block_days=5, seed=0)
    assert share.lines[-1].get_ydata()[-1] == pytest.approx(100 * found["coverage"])
    assert error.lines[-1].get_ydata()[-1] == pytest.approx(found["scaled_rmse"])
    assert skill.lines[-1].get_ydata()[-1] == pytest.approx(100 * found["skill_vs_close_naive"])
    assert error.lines[1].get_ydata()[0] == 1.25 * RECORD["scaled_rmse"]
    assert pd.isna(share.lines[-1].get_ydata()[:19]).all()
