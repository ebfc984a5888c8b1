import struct
import warnings
import zlib

import numpy as np
import pytest
from kedro.io import DatasetError
from PIL import Image

from dl_pipelines.errors import DataError
from dl_pipelines.io.pictures import PicturesDataset, read_picture
from tests.picture_files import coloured, drawn, seven, write

GREY = drawn(seven(), size=40, place=(3, 8))
INK = GREY > 0


def grey_of(path):
    picture = read_picture(path)
    assert picture.dtype == np.uint8
    assert (picture[..., 3] == 255).all()
    return picture[..., :3].astype(int)


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "LA"])
def test_every_kind_of_png_gives_its_colours(tmp_path, mode):
    found = grey_of(write(tmp_path / "7.png", GREY, mode))
    np.testing.assert_array_equal(found, np.dstack([GREY] * 3))


def test_bilevel_pictures_are_black_and_white(tmp_path):
    found = grey_of(write(tmp_path / "7.png", np.where(INK, 255, 0).astype(np.uint8), "1"))
    np.testing.assert_array_equal(found[..., 0], 255 * INK)


def test_16_bits_keep_their_levels(tmp_path):
    found = grey_of(write(tmp_path / "7.png", GREY.astype(np.uint16) * 257))
    np.testing.assert_array_equal(found[..., 0], GREY)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_gives_its_colours(tmp_path, mode):
    found = grey_of(write(tmp_path / "7.jpg", GREY, mode, quality=95))
    assert np.abs(found[..., 0] - GREY).mean() < 4


def test_alpha_is_kept(tmp_path):
    pixels = coloured(np.zeros_like(GREY), GREY)
    np.testing.assert_array_equal(read_picture(write(tmp_path / "7.png", pixels)), pixels)


def test_a_photograph_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90 degrees
    path = write(tmp_path / "7.png", np.rot90(GREY), exif=exif)
    np.testing.assert_array_equal(grey_of(path)[..., 0], GREY)


def test_large_pictures_are_reduced(tmp_path):
    for name in ("wide.png", "wide.jpg"):
        assert read_picture(write(tmp_path / name, np.zeros((600, 2400), np.uint8))).shape == (
            256,
            1024,
            4,
        )


def test_a_truncated_file_is_told(tmp_path):
    for name in ("7.png", "7.jpg"):
        path = write(tmp_path / name, np.random.default_rng(0).integers(0, 256, (60, 60), np.uint8))
        path.write_bytes(path.read_bytes()[:900])
        with pytest.raises(DataError, match=r"the picture is truncated .*: save it again"):
            read_picture(path)


def test_a_damaged_file_is_told(tmp_path):
    path = write(tmp_path / "7.png", GREY)
    content = bytearray(path.read_bytes())
    content[content.index(b"IDAT") + 4] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"the picture is .*: save it again"):
        read_picture(path)


@pytest.mark.parametrize("content", [b"", b"seven", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_told(tmp_path, content):
    (tmp_path / "7.png").write_bytes(content)
    with pytest.raises(DataError, match="no PNG or JPEG picture"):
        read_picture(tmp_path / "7.png")


def test_other_formats_are_not_read(tmp_path):
    path = write(tmp_path / "7.png", GREY, format="GIF")
    with pytest.raises(DataError, match="no PNG or JPEG picture"):
        read_picture(path)


@pytest.mark.parametrize("side", [8_000, 11_000, 60_000])
def test_a_decompression_bomb_is_not_unpacked(tmp_path, side):
    header = struct.pack(">II5B", side, side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match="more than 50,000,000 pixels"):
            read_picture(path)


def test_files_are_found_in_order_and_read_when_asked(tmp_path):
    write(tmp_path / "b.png", GREY)
    write(tmp_path / "a" / "c.jpg", GREY)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / ".hidden.png").write_text("")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "d.png").write_text("")
    found = PicturesDataset(str(tmp_path)).load()
    assert list(found) == ["a/c.jpg", "b.png", "notes.txt"]
    np.testing.assert_array_equal(found["b.png"]()[..., 0], GREY)


def test_a_name_that_is_not_utf_8_can_be_written_to_a_table(tmp_path):
    name = b"\xff7.png".decode(errors="surrogateescape")
    write(tmp_path / name, GREY)
    assert list(PicturesDataset(str(tmp_path)).load()) == ["\N{REPLACEMENT CHARACTER}7.png"]


def test_a_folder_without_pictures_says_what_to_do(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder, state in (("empty", "holds no files"), ("missing", "is no folder")):
        dataset = PicturesDataset(str(tmp_path / folder))
        assert not dataset.exists()
        with pytest.raises(DatasetError) as caught:
            dataset.load()
        sentence = str(caught.value.__cause__)
        assert f"{folder} {state}: put PNG or JPEG pictures there" in sentence
        assert "'folder'" in sentence


def test_pictures_are_never_written(tmp_path):
    with pytest.raises(DatasetError, match="never written"):
        PicturesDataset(str(tmp_path)).save({})
