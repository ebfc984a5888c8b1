"""Parsers of pictures: those of the user, and those that a run has made."""

import io
import struct
import zlib
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from dl_pipelines.io.picture_folder import PictureFolderDataset
from dl_pipelines.io.pictures import PicturesDataset
from tests.fuzz.mutations import mutated
from tests.fuzz.parser import Parser


@cache
def pictures() -> tuple[bytes, ...]:
    """A PNG of grey levels, one of 16 bits, one with a palette and text, and a JPEG with EXIF."""
    levels = np.arange(30 * 20, dtype=np.uint16).reshape(30, 20)
    grey = Image.fromarray((levels % 256).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    saved = (
        (grey, {"format": "PNG"}),
        (Image.fromarray(levels), {"format": "PNG"}),
        (grey.convert("P"), {"format": "PNG", "dpi": (72, 72), "transparency": 3}),
        (grey.convert("RGB"), {"format": "JPEG", "exif": exif}),
    )
    files = []
    for picture, settings in saved:
        file = io.BytesIO()
        picture.save(file, **settings)
        files.append(file.getvalue())
    return tuple(files)


def damaged_picture(draw: Random) -> bytes:
    """A picture with damage anywhere, or in one part of a PNG behind its right checksum."""
    content = draw.choice(pictures())
    if content.startswith(b"\x89PNG") and draw.random() < 0.5:
        return _damaged_chunk(content, draw)
    return mutated(content, draw)


def _damaged_chunk(png: bytes, draw: Random) -> bytes:
    chunks, place = [], 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        chunks.append((png[place + 4 : place + 8], png[place + 8 : place + 8 + length]))
        place += 12 + length
    chosen = draw.randrange(len(chunks))
    kind, data = chunks[chosen]
    if kind == b"IDAT" and draw.random() < 0.5:
        data = zlib.compress(mutated(zlib.decompress(data), draw))
    else:
        data = mutated(data, draw)
    chunks[chosen] = (kind, data)
    return png[:8] + b"".join(chunk(*each) for each in chunks)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def read_pictures(content: bytes, folder: Path) -> None:
    place = folder / "pictures"
    place.mkdir(exist_ok=True)
    (place / "seven.png").write_bytes(content)
    for read in PicturesDataset(str(place)).load().values():
        levels = read()
        assert levels.dtype == np.uint8
        assert levels.ndim == 3
        assert levels.shape[2] == 4
        assert max(levels.shape) <= 1024
        assert min(levels.shape) > 0


def read_made_pictures(content: bytes, folder: Path) -> None:
    place = folder / "made"
    place.mkdir(exist_ok=True)
    (place / "seven.png").write_bytes(content)
    for levels in PictureFolderDataset(str(place)).load().values():
        assert levels.dtype == np.uint8
        assert levels.ndim == 2


PARSERS = {
    "pictures": Parser(damaged_picture, read_pictures),
    "made pictures": Parser(damaged_picture, read_made_pictures),
}
