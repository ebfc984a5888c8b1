"""Names of securities, to baostock's and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.errors import SourceError
from dl_pipelines.sources.symbols import from_baostock, is_index, to_baostock

TS_CODES = st.builds(
    "{:06d}.{}".format, st.integers(0, 999_999), st.sampled_from(["SH", "SZ", "BJ"])
)


@given(TS_CODES)
def test_a_ts_code_comes_back_from_baostocks_code(ts_code: str) -> None:
    code = to_baostock(ts_code)
    assert len(code) == 9  # what baostock's client demands
    assert from_baostock(code) == ts_code


@given(st.text(max_size=12).filter(lambda text: not text[:6].isdigit()))
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(SourceError):
        to_baostock(text)


@pytest.mark.parametrize("code", ["600519.SH", "sh600519", "sh.60051", "hk.600519", ""])
def test_what_is_no_code_of_baostock_is_refused(code: str) -> None:
    with pytest.raises(SourceError, match=f"baostock sent '{code}' for a symbol"):
        from_baostock(code)


@pytest.mark.parametrize(
    ("ts_code", "expected"),
    [
        ("000300.SH", True),
        ("000001.SH", True),
        ("399300.SZ", True),
        ("899050.BJ", True),
        ("000001.SZ", False),
        ("600519.SH", False),
        ("688981.SH", False),
        ("300750.SZ", False),
        ("430047.BJ", False),
    ],
)
def test_an_index_is_told_from_a_share(ts_code: str, *, expected: bool) -> None:
    assert is_index(ts_code) is expected
