"""Parsers of binary files: digits, arrays, weights, checkpoints."""

import gzip
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import safetensors.torch
import torch

from dl_pipelines.io.idx import read_digits
from dl_pipelines.io.npy import NpyDataset
from dl_pipelines.io.npz import NpzDataset
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models.backbone_weights import load_all_but_head, stored
from dl_pipelines.training.checkpoints import CheckpointStore
from tests.fuzz.mutations import mutated, mutated_json
from tests.fuzz.parser import Parser, damaged
from tests.io.idx_files import digits, idx, write_digits

SEED = digits(3, 2)

_NORM = torch.nn.BatchNorm1d(4, affine=False).state_dict()


def read_digit_file(key: str, content: bytes, folder: Path) -> None:
    paths = write_digits(folder, SEED, compressed=False)
    paths[key].write_bytes(content)
    arrays = read_digits(paths)
    for part in ("train", "test"):
        images, labels = arrays[f"{part}_images"], arrays[f"{part}_labels"]
        assert images.dtype == labels.dtype == np.uint8
        assert images.shape == (len(labels), 28, 28)
        assert len(labels)
        assert labels.max() < 10


def _digit_parser(key: str) -> Parser:
    packed = partial(gzip.compress, compresslevel=1, mtime=0)
    either = damaged(idx(SEED[key])), damaged(idx(SEED[key]), packed=packed)

    def make(draw: Random) -> bytes:
        content: bytes = draw.choice(either)(draw)
        return content

    return Parser(make, partial(read_digit_file, key))


def npy(array: Any = None) -> bytes:
    """An array as an .npy file."""
    file = io.BytesIO()
    np.save(file, np.arange(12.0).reshape(3, 4) if array is None else array, allow_pickle=False)
    return file.getvalue()


def npz(member: bytes) -> bytes:
    """An .npz file with a member, behind its right checksum, and a sound one."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("a.npy", member)
        archive.writestr("names.npy", npy(np.array(["one", "two"])))
    return file.getvalue()


def read_npy(content: bytes, folder: Path) -> None:
    path = folder / "array.npy"
    path.write_bytes(content)
    _plain(NpyDataset(str(path)).load())


def read_npz(content: bytes, folder: Path) -> None:
    path = folder / "arrays.npz"
    path.write_bytes(content)
    for array in NpzDataset(str(path)).load().values():
        _plain(array)


def _plain(array: Any) -> None:
    assert isinstance(array, np.ndarray)
    assert not array.dtype.hasobject


@cache
def weights() -> bytes:
    """Two tensors and a header as a safetensors file."""
    from safetensors.torch import save

    state = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4, dtype=torch.bfloat16)}
    return save(state, metadata={"header": json.dumps({"window": 30, "features": ["x"]})})


def damaged_weights(draw: Random, content: bytes | None = None) -> bytes:
    """Weights with damage anywhere, or in the header behind its right length."""
    content = weights() if content is None else content
    (length,) = struct.unpack("<Q", content[:8])
    head = content[8 : 8 + length]
    match draw.randrange(3):
        case 0:
            return mutated(content, draw)
        case 1:
            head = mutated(head, draw)
        case _:
            head = json.dumps(mutated_json(json.loads(head), draw)).encode()
    return struct.pack("<Q", len(head)) + head + content[8 + length :]


def read_weights(content: bytes, folder: Path) -> None:
    path = folder / "net.safetensors"
    path.write_bytes(content)
    found = SafetensorsDataset(str(path)).load()
    assert isinstance(found, Weights)
    assert isinstance(found.header, dict)
    assert all(isinstance(tensor, torch.Tensor) for tensor in found.state.values())


@cache
def checkpoint() -> bytes:
    """A state as torch saves it."""
    file = io.BytesIO()
    torch.save({"training": {"step": 3}, "model": {"w": torch.arange(4.0)}}, file)
    return file.getvalue()


def repacked(
    change: Callable[[bytes, Random], bytes], sound: Callable[[], bytes]
) -> Callable[[Random], bytes]:
    """Files of torch with one damaged member behind its right checksum."""

    def make(draw: Random) -> bytes:
        if draw.random() < 0.5:
            return change(sound(), draw)
        source, file = zipfile.ZipFile(io.BytesIO(sound())), io.BytesIO()
        chosen = draw.choice(source.namelist())
        with zipfile.ZipFile(file, "w") as archive:
            for name in source.namelist():
                content = source.read(name)
                archive.writestr(name, change(content, draw) if name == chosen else content)
        return file.getvalue()

    return make


def read_checkpoint(content: bytes, folder: Path) -> None:
    """A forger knows how the name is made of the content."""
    store = CheckpointStore(folder, "training")
    store.clear()
    store.folder.mkdir(parents=True)
    name = f"{1:010}-{hashlib.sha256(content).hexdigest()}.pt"
    (store.folder / name).write_bytes(content)
    state = store.load()
    assert isinstance(state, dict)


def read_stored_weights(content: bytes, folder: Path) -> None:
    """Into a network, by the name of either kind of file."""
    path = folder / f"resnet.{'pt' if content[:2] == b'PK' else 'safetensors'}"
    path.write_bytes(content)
    network = torch.nn.BatchNorm1d(4, affine=False)
    load_all_but_head(network, stored(path), head="fc", model="a norm", where="resnet")
    assert torch.isfinite(network(torch.ones(2, 4))).shape == (2, 4)


def damaged_stored_weights(draw: Random) -> bytes:
    """Weights of a small network, in either kind of file."""
    if draw.random() < 0.3:
        return damaged_weights(draw, safetensors.torch.save(_NORM))
    return repacked(mutated, _plain_state)(draw)


@cache
def _plain_state() -> bytes:
    file = io.BytesIO()
    torch.save(_NORM, file)
    return file.getvalue()


PARSERS = {
    "images": _digit_parser("train_images"),
    "labels": _digit_parser("test_labels"),
    "npy": Parser(damaged(npy(), npy(np.array(["one", "two"]))), read_npy),
    "npz": Parser(damaged(npy(), packed=npz), read_npz),
    "weights": Parser(damaged_weights, read_weights),
    "checkpoint": Parser(repacked(mutated, checkpoint), read_checkpoint),
    "stored weights": Parser(damaged_stored_weights, read_stored_weights),
}
