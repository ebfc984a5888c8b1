import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.frames.bars import check_columns


def test_amount_is_optional(text):
    check_columns(text)
    check_columns(text.assign(amount="1"))


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda t: t.drop(columns=["low", "close"]), "bars.csv: the header lacks low, close;"),
        (lambda t: t.assign(note="x"), "bars.csv: the header has the unknown note;"),
        (
            lambda t: t.rename(columns={"high": "High"}),
            "bars.csv: the header lacks high and has the unknown High;",
        ),
        (lambda t: t[[*t.columns, "open"]], "bars.csv: the header repeats open;"),
        (lambda t: t.iloc[:0], "bars.csv has no rows;"),
    ],
)
def test_wrong_columns_are_named(text, change, finding):
    with pytest.raises(DataError) as error:
        check_columns(change(text))
    assert str(error.value).startswith(finding)
