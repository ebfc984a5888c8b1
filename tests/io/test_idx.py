"""IDX files: what is read, and what is said of those that cannot be."""

import gzip
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dl_pipelines.errors import DataError
from dl_pipelines.io.idx import read_digits, read_idx
from tests.io.idx_files import digits, idx, write_digits

# Read on import: the fixtures of all tests take it away.
MIRROR = os.environ.get("DL_PIPELINES_DATA")

SHAPES = st.one_of(
    arrays.array_shapes(min_dims=1, max_dims=1), arrays.array_shapes(min_dims=3, max_dims=3)
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file-idx"


@pytest.fixture
def images() -> bytes:
    return idx(digits()["train_images"])


@given(array=arrays.arrays(np.uint8, SHAPES), compressed=st.booleans())
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, compressed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-idx"
    path.write_bytes(gzip.compress(idx(array)) if compressed else idx(array))
    read = read_idx(path)
    np.testing.assert_array_equal(read, array, strict=True)
    read[...] = 0  # nothing hangs on the file's bytes


def test_the_byte_order_is_that_of_the_format(path: Path) -> None:
    path.write_bytes(bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, *range(6)]))
    assert read_idx(path).tolist() == [[[0, 1, 2], [3, 4, 5]]]


@pytest.mark.parametrize("kept", [0.3, 0.99])
def test_a_truncated_gz_is_named(path: Path, images: bytes, kept: float) -> None:
    content = gzip.compress(images)
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(DataError, match=r"file-idx is truncated \(its gzip stream breaks off\)"):
        read_idx(path)


def test_a_damaged_gz_is_named(path: Path, images: bytes) -> None:
    content = bytearray(gzip.compress(images))
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match="file-idx is damaged"):
        read_idx(path)


@pytest.mark.parametrize("magic", ["00000802", "00000d03", "01000803", "03080000", "504b0304"])
def test_a_wrong_magic_number_is_named(path: Path, images: bytes, magic: str) -> None:
    path.write_bytes(gzip.compress(bytes.fromhex(magic) + images[4:]))
    with pytest.raises(DataError, match=f"file-idx is no IDX file .* 0x{magic} instead of"):
        read_idx(path)


def test_an_empty_file_is_no_idx_file(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(DataError, match="file-idx is no IDX file"):
        read_idx(path)


@pytest.mark.parametrize("size", [4, 8, 13, 15])
def test_a_header_that_breaks_off_is_named(path: Path, images: bytes, size: int) -> None:
    path.write_bytes(images[:size])
    with pytest.raises(DataError, match="file-idx breaks off in its header"):
        read_idx(path)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda content: content[:-1], "is truncated .* 20 x 28 x 28 bytes, 15679 follow"),
        (lambda content: content[:16], "is truncated .* 20 x 28 x 28 bytes, 0 follow"),
        (lambda content: content + b"\0", "is too long .* 20 x 28 x 28 bytes, more follow"),
        (
            lambda content: content[:4] + b"\xff" * 12 + content[16:],
            "holds no images or too many .*4294967295 x 4294967295 x 4294967295 bytes",
        ),
    ],
)
def test_a_size_other_than_promised_is_named(path: Path, images: bytes, change, finding) -> None:
    path.write_bytes(change(images))
    with pytest.raises(DataError, match=f"file-idx {finding}"):
        read_idx(path)


def test_a_file_that_is_missing_or_a_folder_is_named(path: Path) -> None:
    with pytest.raises(DataError, match=r"file-idx cannot be read \(No such file"):
        read_idx(path)
    path.mkdir()
    with pytest.raises(DataError, match=r"file-idx cannot be read \(Is a directory"):
        read_idx(path)


@pytest.mark.parametrize("compressed", [True, False])
def test_the_four_files_are_read(tmp_path: Path, compressed: bool) -> None:
    written = digits()
    read = read_digits(write_digits(tmp_path, written, compressed=compressed))
    assert set(read) == set(written)
    for key, array in written.items():
        np.testing.assert_array_equal(read[key], array, strict=True)


@pytest.mark.parametrize("part", ["train", "test"])
def test_as_many_labels_as_images_are_asked_for(tmp_path: Path, part: str) -> None:
    arrays = digits(train=20, test=20)
    arrays[f"{part}_labels"] = arrays[f"{part}_labels"][:-1]
    paths = write_digits(tmp_path, arrays)
    with pytest.raises(DataError) as caught:
        read_digits(paths)
    assert str(caught.value).startswith(
        f"{paths[f'{part}_images']} holds 20 images, but {paths[f'{part}_labels']} 19 labels: "
    )


@pytest.mark.parametrize("label", [10, 11, 255])
def test_a_label_that_is_no_digit_is_named_with_its_row(tmp_path: Path, label: int) -> None:
    arrays = digits()
    arrays["test_labels"][[7, 9]] = label
    paths = write_digits(tmp_path, arrays)
    with pytest.raises(DataError) as caught:
        read_digits(paths)
    assert f"{paths['test_labels']}, row 7 (counted from 0): the label {label}" in str(caught.value)


def test_images_of_another_size_are_refused(tmp_path: Path) -> None:
    arrays = digits() | {"train_images": np.zeros((20, 32, 30), np.uint8)}
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz holds images of 32 x 30"):
        read_digits(write_digits(tmp_path, arrays))


def test_images_where_labels_belong_are_refused(tmp_path: Path) -> None:
    paths = write_digits(tmp_path, digits())
    exchanged = paths | {"train_images": paths["train_labels"]}
    with pytest.raises(DataError, match=r"train-labels.* holds labels instead of images"):
        read_digits(exchanged)
    exchanged = paths | {"test_labels": paths["test_images"]}
    with pytest.raises(DataError, match=r"t10k-images.* holds images instead of labels"):
        read_digits(exchanged)


def test_a_part_without_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte\.gz holds no images"):
        read_digits(write_digits(tmp_path, digits(test=0)))


@pytest.mark.skipif(MIRROR is None, reason="needs the mirror")
def test_mnist_is_as_its_authors_describe_it() -> None:
    images = read_idx(Path(str(MIRROR), "mnist", "train-images-idx3-ubyte.gz"))
    labels = read_idx(Path(str(MIRROR), "mnist", "train-labels-idx1-ubyte.gz"))
    assert (images.shape, images.dtype) == ((60_000, 28, 28), np.uint8)
    assert round(float(images.mean()) / 255, 4) == 0.1307
    assert labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(labels).tolist() == [
        *(5923, 6742, 5958, 6131, 5842),
        *(5421, 5918, 6265, 5851, 5949),
    ]


def test_a_packed_file_takes_little_more_memory_than_its_content(path: Path) -> None:
    labels = np.zeros(20 * 2**20, np.uint8)
    path.write_bytes(gzip.compress(idx(labels), compresslevel=1))
    tracemalloc.start()
    try:
        read = read_idx(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.3 * labels.nbytes
    assert read.shape == labels.shape
    read[0] = 1  # it may be written to
