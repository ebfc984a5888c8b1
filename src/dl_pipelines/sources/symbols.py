"""Names of securities: tushare's `ts_code`s, which the project uses, and baostock's codes.

`600519.SH` is baostock's `sh.600519`. What a code names follows from the exchanges' number ranges:
Shanghai's indices begin with 000, Shenzhen's with 399 (where 000 are shares), Beijing's with 899.
"""

import re

from dl_pipelines.errors import SettingError, SourceError

# What `stock.universe` can name, and the index that it stands for.
INDICES = {"hs300": "399300.SZ"}

_TS_CODE = re.compile(r"([0-9]{6})\.(SH|SZ|BJ)")
_BAOSTOCK_CODE = re.compile(r"(sh|sz|bj)\.([0-9]{6})")
_INDEX_DIGITS = {"SH": "000", "SZ": "399", "BJ": "899"}


def index_code(name: str) -> str:
    """The `ts_code` of an index with members.

    Raises:
        SettingError: If there is none of that name.
    """
    if name not in INDICES:
        raise SettingError(f"there is no index '{name}': choose one of {', '.join(INDICES)}.")
    return INDICES[name]


def is_index(ts_code: str) -> bool:
    """Whether a symbol is an index, e.g. `000300.SH`, rather than a share.

    Raises:
        SourceError: If it is no `ts_code`.
    """
    digits, exchange = _parts(ts_code)
    return digits.startswith(_INDEX_DIGITS[exchange])


def to_baostock(ts_code: str) -> str:
    """`600519.SH` → `sh.600519`.

    Raises:
        SourceError: If it is no `ts_code`.
    """
    digits, exchange = _parts(ts_code)
    return f"{exchange.lower()}.{digits}"


def from_baostock(code: str) -> str:
    """`sh.600519` → `600519.SH`.

    Raises:
        SourceError: If it is no code of baostock.
    """
    if not (match := _BAOSTOCK_CODE.fullmatch(code)):
        raise SourceError(
            f"baostock sent '{code}' for a symbol; nothing was taken: update the baostock package."
        )
    return f"{match[2]}.{match[1].upper()}"


def is_ts_code(name: object) -> bool:
    """Whether something is a `ts_code`."""
    return isinstance(name, str) and _TS_CODE.fullmatch(name) is not None


def check_ts_code(ts_code: str) -> str:
    """The same symbol.

    Raises:
        SourceError: If it is no `ts_code`.
    """
    _parts(ts_code)
    return ts_code


def _parts(ts_code: str) -> tuple[str, str]:
    """The six digits and the exchange of a `ts_code`."""
    if not (match := _TS_CODE.fullmatch(ts_code)):
        raise SourceError(
            f"there is no symbol '{ts_code}': write six digits and the exchange (SH, SZ or BJ), "
            "e.g. 600519.SH."
        )
    return match[1], match[2]
