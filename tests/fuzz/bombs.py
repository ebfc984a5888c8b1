"""Small inputs that claim to be, or unpack to, gigabytes, and texts that may take long.

`python -m tests.fuzz.bombs NAME` gives one to its parser, in little memory, and prints a line of
JSON: whether it was accepted, seconds, and MiB that the process grew by.
"""

import gzip
import json
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.fuzz import replies
from tests.fuzz.binaries import SEED, npy, npz, weights
from tests.fuzz.parser import MOST_SECONDS, Parser, fuzz, is_accepted, time_limit
from tests.fuzz.parsers import PARSERS
from tests.fuzz.pictures import chunk
from tests.fuzz.replies import BARS, END, HEAD, SPLIT, bars_of
from tests.fuzz.run import limit_memory, peak
from tests.fuzz.tables import BARS as BARS_CSV
from tests.io.idx_files import idx

MIB = 2**20
GIB = 2**30
_ZEROS = bytes(64 * MIB)


def zeros(size: int) -> Iterator[bytes]:
    for _ in range(size // len(_ZEROS)):
        yield _ZEROS


def gzipped(head: bytes, size: int) -> bytes:
    """A gzip file of some bytes and then zeros; it has some MiB."""
    member = gzip.compress(_ZEROS, mtime=0)
    return gzip.compress(head, mtime=0) + member * (size // len(_ZEROS))


def zlibbed(head: bytes, size: int) -> bytes:
    packing = zlib.compressobj(1)
    parts = [packing.compress(head), *(packing.compress(each) for each in zeros(size))]
    return b"".join(parts) + packing.flush()


def idx_header(*shape: int) -> bytes:
    return struct.pack(">4B", 0, 0, 8, len(shape)) + struct.pack(f">{len(shape)}I", *shape)


def png(width: int, height: int, *, depth: int = 8, colour: int = 0, data: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = ((b"IHDR", head), *((b"IDAT", data),) * bool(data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in parts)


def png_with(kind: bytes, content: bytes) -> bytes:
    plain = png(1, 1, data=zlib.compress(b"\0\0"))
    return plain[:33] + chunk(kind, content) + plain[33:]


def lying_npy(count: int) -> bytes:
    claim = f"({count},), }}".encode()
    return npy(np.zeros(3)).replace(b"(3,), }" + b" " * (len(claim) - 7), claim)


def long_word() -> bytes:
    lines = [f"w{number} 1 2\n" for number in range(2000)]
    return ("x" * MIB + " 1 2\n" + "".join(lines)).encode()


def baostock_bomb() -> bytes:
    content = zlibbed(SPLIT.join([*HEAD, ""]).encode(), GIB)
    return SPLIT.join(["00.9.40", "96", f"{len(content):010}"]).encode() + content + END


def packed_reply(content: bytes, _: Path) -> None:
    ask = replies.ask_tushare
    ask({"index_daily": content}, bars_of("000300.SH"), {"Content-Encoding": "gzip"})


def nested_npy(depth: int) -> bytes:
    """Numpy reads an array's header by Python's own parser."""
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {'-' * depth}1, }}\n".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head


def weights_with(header: str) -> bytes:
    head = json.dumps({"__metadata__": {"header": header}}).encode()
    return struct.pack("<Q", len(head)) + head


PACKED_REPLY = Parser(lambda _: gzip.compress(json.dumps(BARS).encode()), packed_reply)
# Name → parser, and the input; made when it is needed.
BOMBS: dict[str, tuple[Parser | str, Callable[[], Any]]] = {
    "images of 4 GiB behind a header of 3": (
        "images",
        lambda: gzipped(idx(SEED["train_images"]), 4 * GIB),
    ),
    "4 GiB of labels": ("labels", lambda: gzipped(idx_header(4 * GIB - 1), 4 * GIB)),
    "a header that claims 3 TB of images": ("images", lambda: idx_header(2**32 - 1, 28, 28)),
    "a header without images of any size": ("images", lambda: idx_header(0, 2**32 - 1, 2**32 - 1)),
    "a PNG that claims 4 gigapixels": ("pictures", lambda: png(65_000, 65_000, data=b"x")),
    "a made picture of 169 megapixels": (
        "made pictures",
        lambda: png(13_000, 13_000, colour=6, data=zlibbed(b"", 704 * MIB)),
    ),
    "a PNG whose text unpacks to 1 GiB": (
        "pictures",
        lambda: png_with(b"zTXt", b"a\0\0" + zlibbed(b"", GIB)),
    ),
    "a PNG whose profile unpacks to 1 GiB": (
        "pictures",
        lambda: png_with(b"iCCP", b"a\0\0" + zlibbed(b"", GIB)),
    ),
    "an array that claims 32 GiB": ("npy", lambda: lying_npy(2**32)),
    "a packed array that claims 32 GiB": ("npz", lambda: npz(lying_npy(2**32))),
    "an array of nested minus signs": ("npy", lambda: nested_npy(9000)),
    "weights that claim 2^63 bytes of header": (
        "weights",
        lambda: b"\xff" * 7 + b"\x7f" + weights(),
    ),
    "weights with a header of nested brackets": ("weights", lambda: weights_with("[" * 100_000)),
    "weights with a list for a header": ("weights", lambda: weights_with("[1]")),
    "a word of 1 MiB among 2,000": ("word vectors", long_word),
    "a size of 5,000 digits": ("word vectors", lambda: b"3 " + b"9" * 5000 + b"\nthe 1 2\n"),
    "300,000 columns": ("bars", lambda: b"x," * 300_000 + BARS_CSV),
    "300,000 cells in a row": ("bars", lambda: BARS_CSV.replace(b"99.0", b"1," * 300_000, 1)),
    "a cell of 50 MiB": ("bars", lambda: BARS_CSV.replace(b"99.0", b"9" * 50 * MIB, 1)),
    "a reply of 1 GiB": (PACKED_REPLY, lambda: gzipped(b"", GIB)),
    "a reply of a million brackets": ("tushare bars", lambda: b"[" * 10**6),
    "a reply of baostock of 1 GiB": ("baostock bars", baostock_bomb),
    "a treebank of a million columns": ("treebank", lambda: b"1\t" * 10**6),
    "a word id of 5,000 digits": ("treebank", lambda: b"9" * 5000 + b"\ta\ta\tX" + b"\t_" * 6),
}
# Large, but what they say they are.
LARGE: dict[str, tuple[Parser | str, Callable[[], Any]]] = {
    "a PNG whose pixels claim 2 GiB": (
        "made pictures",
        lambda: png(2, 2, data=zlib.compress(bytes(6))).replace(
            struct.pack(">I", 11) + b"IDAT", struct.pack(">I", 2**31 - 1) + b"IDAT"
        ),
    ),
    "a PNG of 49 megapixels of 16 bits": (
        "pictures",
        lambda: png(7000, 7000, depth=16, data=zlibbed(b"", 128 * MIB)),
    ),
    "a PNG of 49 megapixels of colours": (
        "pictures",
        lambda: png(7000, 7000, colour=6, data=zlibbed(b"", 256 * MIB)),
    ),
    **{
        f"200,000 times {part!r}": ("text file", partial(bytes.__mul__, part.encode(), 200_000))
        for part in ("a", "1", "-", "a.", "1.", "www.!", "a@", "a-", "n't", "A&", "(", "¡")
    },
}


def main(name: str) -> None:
    """Give one of them to its parser."""
    found, make = (BOMBS | LARGE)[name]
    parser = PARSERS[found] if isinstance(found, str) else found
    content = make()
    with tempfile.TemporaryDirectory() as folder:
        fuzz(parser, 1, Path(folder), seed=-1)  # imports what is imported when used
        before, start = peak(), time.perf_counter()
        limit_memory()
        with time_limit(MOST_SECONDS):
            accepted = is_accepted(parser, content, Path(folder))
    seconds = time.perf_counter() - start
    print(json.dumps({"accepted": accepted, "seconds": seconds, "grown": peak() - before}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
