import pytest

from dl_pipelines.evaluation.wording import amount, counted, p_value_text, percent, short, spread


@pytest.mark.parametrize(
    ("value", "text"), [(0.0123, "p = 0.012"), (0.0009, "p < 0.001"), (1.0, "p = 1.000")]
)
def test_p_value_text(value, text):
    assert p_value_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.748, "2.75"),
        (0.4412, "0.441"),
        (20345.4, "20,345"),
        (-100.0, "-100"),
        (99.97, "100"),
        (4.8, "4.80"),
    ],
)
def test_short(value, text):
    assert short(value) == text


def test_amount_keeps_a_unit_that_is_a_number_apart():
    assert amount(2.748, "1,000 dollars") == "2.75 × 1,000 dollars"
    assert amount(20345.4, "dollars") == "20,345 dollars"


def test_spread_has_the_decimals_of_its_mean():
    assert spread(2.748, 0.6123) == "2.75 ± 0.61"
    assert spread(20345.4, 1022.9) == "20,345 ± 1,023"
    assert spread(-0.0123, 0.2, like=1.47) == "\N{MINUS SIGN}0.01 ± 0.20"


def test_percent():
    assert percent(0.98469) == "98.47 %"
    assert percent(0.98469, 1) == "98.5 %"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 words"), (1.0, "1 word"), (2, "2 words"), (1500.0, "1,500 words")]
)
def test_one_is_no_plural(count, text):
    assert counted(count, "word") == text
