import numpy as np
import pytest
from scipy import stats

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.significance import corrected_resampled_t_test, diebold_mariano


@pytest.fixture
def series() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Actual values, a good forecast and a worse one."""
    random = np.random.default_rng(3)
    actual = random.normal(size=40)
    return actual, actual + random.normal(0, 0.5, 40), actual + random.normal(0, 0.8, 40)


@pytest.mark.parametrize("power", [1, 2])
def test_one_step_ahead_is_student_s_test_of_the_loss_differences(series, power):
    actual, good, bad = series
    difference = np.abs(actual - good) ** power - np.abs(actual - bad) ** power
    expected = stats.ttest_1samp(difference, 0.0)
    result = diebold_mariano(actual, good, bad, power=power)
    assert result.statistic == pytest.approx(expected.statistic)
    assert result.p_value == pytest.approx(expected.pvalue)
    assert result.statistic < 0


def test_two_steps_ahead_by_hand():
    # Losses 4, 0, 1, 1 against 0: differences 4, 0, 1, 1 with mean 1.5, so centred 2.5, -1.5, -.5,
    # -.5; autocovariances 9 / 4 and -2.75 / 4; variance (9 - 5.5) / 4 / 4; HLN's factor
    # (4 + 1 - 4 + 2 / 4) / 4.
    result = diebold_mariano([0.0] * 4, [2.0, 0.0, 1.0, 1.0], [0.0] * 4, horizon=2)
    assert result.statistic == pytest.approx(1.5 / np.sqrt(3.5 / 16) * np.sqrt(1.5 / 4))


def test_the_order_of_the_forecasts_only_turns_the_sign(series):
    actual, good, bad = series
    forth, back = diebold_mariano(actual, good, bad), diebold_mariano(actual, bad, good)
    assert forth.statistic == -back.statistic
    assert forth.p_value == back.p_value


def test_equal_forecasts_do_not_differ():
    assert diebold_mariano([1.0, 2.0], [2.0, 3.0], [2.0, 3.0]) == (0.0, 1.0)


def test_under_equal_skill_five_percent_are_rejected():
    random = np.random.default_rng(0)
    actual = np.zeros(60)
    rejected = [
        diebold_mariano(actual, random.normal(size=60), random.normal(size=60)).p_value < 0.05
        for _ in range(600)
    ]
    assert 0.03 < np.mean(rejected) < 0.07


@pytest.mark.parametrize(
    ("first", "horizon", "sentence"),
    [([1.0], 1, "1 forecasts are too few"), ([1.0, 2.0], 2, "too few .* 2 steps")],
)
def test_too_few_forecasts_are_an_error(first, horizon, sentence):
    with pytest.raises(DataError, match=sentence):
        diebold_mariano([0.0] * len(first), first, [0.0] * len(first), horizon=horizon)


def test_a_constant_difference_has_no_significance():
    with pytest.raises(DataError, match="no positive variance"):
        diebold_mariano([0.0] * 3, [2.0] * 3, [1.0] * 3)


def test_resampled_t_test_widens_student_s():
    random = np.random.default_rng(1)
    first, second = random.normal(3.0, 0.3, 20), random.normal(3.2, 0.3, 20)
    plain = stats.ttest_rel(first, second)
    result = corrected_resampled_t_test(first, second, test_share=1 / 9)
    # 1/J becomes 1/J + n_test/n_train: 1/20 becomes 1/20 + 1/9.
    assert result.statistic == pytest.approx(plain.statistic / np.sqrt(1 + 20 / 9))
    assert result.p_value == pytest.approx(2 * stats.t.sf(abs(result.statistic), 19))
    assert result.mean_difference == pytest.approx(np.mean(first - second))
    uncorrected = corrected_resampled_t_test(first, second, test_share=0.0)
    assert uncorrected.p_value == pytest.approx(plain.pvalue)


def test_resampled_t_test_of_equal_models():
    assert corrected_resampled_t_test([1.0, 2.0], [1.0, 2.0], test_share=0.1) == (0.0, 0.0, 1.0)


def test_the_same_difference_in_every_split_is_certain():
    result = corrected_resampled_t_test([2.0, 3.0, 4.0], [1.0, 2.0, 3.0], test_share=0.1)
    assert result == (1.0, np.inf, 0.0)


def test_one_split_is_too_few():
    with pytest.raises(DataError, match="one split is too few"):
        corrected_resampled_t_test([1.0], [2.0], test_share=0.1)


def test_on_overlapping_test_parts_the_correction_keeps_the_level():
    # Two equal learners over 15 random splits of the same 60 rows: the plain test takes the
    # splits, which share rows, for independent.
    random = np.random.default_rng(2)
    p_values = []
    for _ in range(300):
        parts = [random.choice(60, 20, replace=False) for _ in range(15)]
        first, second = (
            [errors[part].mean() for part in parts] for errors in random.normal(size=(2, 60))
        )
        p_values.append(
            [
                corrected_resampled_t_test(first, second, test_share=share).p_value
                for share in (0.0, 0.5)
            ]
        )
    plain, corrected = (np.array(p_values) < 0.05).mean(axis=0)
    assert plain > 0.2
    assert corrected < 0.1
