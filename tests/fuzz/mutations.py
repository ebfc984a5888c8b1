"""Damage to files and replies, drawn from a seeded generator: equal seeds, equal damage."""
# ruff: noqa: RUF001 - digits and letters of other scripts are what it is about

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any

Damage = Callable[[bytes, Random], bytes]

_SEPARATORS = (b",", b"\t", b" ", b"\1", b";")
_BITS = 8
_LONG = 100_000  # characters of a cell, cells of a line

WORDS = (
    *("", " ", '"', "'", '""', "\0", "\r", "\x0b", "\x1b[2J", "\x85", "\u2028", "\ufeff", "\u202e"),
    *("nan", "NaN", "-nan", "NaT", "NA", "null", "None", "true", "inf", "-Infinity", "1e400"),
    *("-1", "-0", "0", "1e-400", "1e308", "9" * 400, "9" * 5000, "0x1F", "1_000", "1,5", "1 2"),
    *("１２", "٣", "½", "∞", "0001-01-01", "9999-12-31", "2026-02-30", "20261332", "2026-1-5"),
    *("{}", "{0}", "{value}", "%s", "=1+1", "#", "-", "--", "1-2", "1.1", "3-1", "_", "\t", "\n"),
    *("𝔘𝔫𝔦", "e\u0301", "中文", "a" * 300, "[" * 2000, "../..", "C:\\", "1e5", "+5", "5.", ".5"),
)
# What is no text in UTF-8: half a surrogate pair, an overlong slash, half a character, Latin, GBK.
_BYTES = (b"\xed\xa0\x80", b"\xc0\xaf", b"\xe4\xb8", b"\xe9", "日线".encode("gbk"), b"\xff\xfe")
_MAGIC = (b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\x93NUMPY", b"PAR1")
_NUMBERS = (0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)


def mutated(content: bytes, random: Random) -> bytes:
    """A file or reply with one to three kinds of damage."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        content = random.choice(DAMAGES)(content, random)
    return content


def mutated_json(value: Any, random: Random) -> Any:
    """JSON in which one to three places hold something else, nothing, or something twice."""
    value = deepcopy(value)
    for _ in range(random.choice((1, 1, 2, 3))):
        places = list(_places(value))
        if not places:
            return random.choice(JSON_VALUES)
        parent, key = random.choice(places)
        match random.randrange(4):
            case 0:
                del parent[key]
            case 1 if isinstance(parent, list):
                parent.insert(key, deepcopy(random.choice(parent)))
            case 2:
                parent[key] = [parent[key]]
            case _:
                parent[key] = deepcopy(random.choice(JSON_VALUES))
    return value


def _places(value: Any) -> Any:
    """All members of lists and objects, as the one that holds them and the key."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


JSON_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1e308, float("inf"), float("nan"), 10**400, -(2**63), 2**64, 0.1),
    *([], {}, [[]], [None], [1, 2], {"a": 1}, ["open", "open"], [[["deep"]]]),
    *WORDS,
)


def _spot(content: bytes, random: Random) -> int:
    """A place in it, half of them near its beginning, where headers are."""
    return random.randrange(min(len(content), random.choice((32, len(content) or 1))) or 1)


def flip_bits(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 4, 32)) if content else 0):
        changed[_spot(content, random)] ^= 1 << random.randrange(_BITS)
    return bytes(changed)


def cut_off(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def cut_out(content: bytes, random: Random) -> bytes:
    start = _spot(content, random)
    return content[:start] + content[start + random.choice((1, 2, 7, 100)) :]


def insert(content: bytes, random: Random) -> bytes:
    what = random.choice((random.randbytes(random.randrange(1, 40)), b"\0", *_BYTES, *_MAGIC))
    start = _spot(content, random)
    return content[:start] + what + content[start:]


def repeat_part(content: bytes, random: Random) -> bytes:
    start = _spot(content, random)
    part = content[start : start + random.choice((1, 10, 1000))]
    return content[:start] + part * random.choice((2, 3, 50)) + content[start:]


def write_number(content: bytes, random: Random) -> bytes:
    """A size that lies: a binary number where one may stand."""
    width = random.choice((1, 2, 4, 8))
    number = random.choice(_NUMBERS) % 2 ** (_BITS * width)
    start = _spot(content, random)
    what = number.to_bytes(width, random.choice(("big", "little")))
    return content[:start] + what + content[start + width :]


def move_lines(content: bytes, random: Random) -> bytes:
    """Lines in another order, doubled, or left out."""
    lines = content.split(b"\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(5):
        case 0:
            lines[first], lines[second] = lines[second], lines[first]
        case 1:
            lines.insert(first, lines[second])
        case 2:
            del lines[first]
        case 3:
            random.shuffle(lines)
        case _:
            lines.insert(first, random.choice((b"", b" ", b"#", b"# a = b", b"\t" * 9)))
    return b"\n".join(lines)


def change_cells(content: bytes, random: Random) -> bytes:
    """Cells of a line exchanged, doubled, left out, or replaced by what no parser likes."""
    lines = content.split(b"\n")
    row = random.randrange(len(lines))
    separator = max(_SEPARATORS, key=lines[row].count)
    cells = lines[row].split(separator)
    first, second = random.randrange(len(cells)), random.randrange(len(cells))
    match random.randrange(6):
        case 0:
            cells[first], cells[second] = cells[second], cells[first]
        case 1:
            cells.insert(first, cells[second])
        case 2:
            del cells[first]
        case _:
            cells[first] = random.choice((*(word.encode() for word in WORDS), *_BYTES))
    lines[row] = separator.join(cells)
    return b"\n".join(lines)


def lengthen(content: bytes, random: Random) -> bytes:
    """A cell of 100,000 characters, or a line of so many cells; seldom, for it takes long."""
    if random.randrange(10):
        return change_cells(content, random)
    start = _spot(content, random)
    return (
        content[:start]
        + random.choice((b"x", b"9", b"\n", b'"', b",", b"\t")) * random.choice((1000, 5000, _LONG))
        + content[start:]
    )


def encode_otherwise(content: bytes, random: Random) -> bytes:
    """UTF-16, a byte-order mark, the line ends of Windows or of old Macs."""
    match random.randrange(5):
        case 0:
            return content.decode("latin-1").encode("utf-16")
        case 1:
            return b"\xef\xbb\xbf" + content
        case 2:
            return content.replace(b"\n", b"\r\n")
        case 3:
            return content.replace(b"\n", b"\r", random.choice((1, -1)))
        case _:
            return content.decode("latin-1").encode("utf-8")


DAMAGES: Sequence[Damage] = (
    *(flip_bits, cut_off, cut_out, insert, repeat_part, write_number, encode_otherwise, lengthen),
    *(move_lines, move_lines, change_cells, change_cells, change_cells, change_cells),
)


def json_bytes(value: Any) -> bytes:
    """JSON as a careless server writes it: NaN and Infinity stand as they are."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
