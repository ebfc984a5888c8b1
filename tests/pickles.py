"""Pickles, found by what files hold: whoever loads one runs whatever its maker has put into it."""

import bz2
import gzip
import io
import lzma
import pickletools
import re
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

_UNPACK = {b"\x1f\x8b": gzip.decompress, b"BZ": bz2.decompress, b"\xfd7": lzma.decompress}
_ZLIB = b"\x78"
_SAMPLE_INPUTS = ".pt2/model/data/sample_inputs/model.pt"
_NUMPY = b"\x93NUMPY"
_NAME = re.compile(r"[a-zA-Z_][\w.]* [a-zA-Z_][\w.]*")  # module and what in it is called
_SHORTEST = 4  # bytes of a pickle that says something; a short text can look like one


def pickles_of(folder: Path) -> list[str]:
    """The pickles in a folder and in the archives in it, by name; none if there is no folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = ((path, path.relative_to(folder).as_posix()) for path in files)
    return [each for path, name in names for each in pickles_in(path.read_bytes(), name)]


def pickles_in(content: bytes, name: str) -> Iterator[str]:
    """Names of what is a pickle in a file, and in the archives in it.

    One is left out: torch keeps the inputs that a graph was exported with as a pickle (MLflow
    refuses a graph without them), and tensors alone, which the restricted unpickler takes, are no
    danger.
    """
    if name.endswith(_SAMPLE_INPUTS) and _holds_tensors_alone(content):
        return
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from pickles_in(archive.read(member), f"{name}/{member}")
    elif (archive := _tar(content)) is not None:
        for member in archive.getmembers():
            if file := archive.extractfile(member):
                yield from pickles_in(file.read(), f"{name}/{member.name}")
    elif (unpacked := _unpacked(content)) != content:
        yield from pickles_in(unpacked, name)
    elif _is_pickle(content):
        yield name


def _holds_tensors_alone(content: bytes) -> bool:
    try:
        arguments, settings = torch.load(io.BytesIO(content), weights_only=True)
    except Exception:  # torch raises many kinds
        return False
    given = (*arguments, *settings.values()) if isinstance(settings, dict) else (settings,)
    return all(isinstance(each, torch.Tensor) for each in given)


def _tar(content: bytes) -> tarfile.TarFile | None:
    try:
        return tarfile.open(fileobj=io.BytesIO(content), mode="r:")
    except tarfile.TarError:
        return None


def _unpacked(content: bytes) -> bytes:
    """What joblib's and others' compressors have packed, or the content as it is."""
    unpack = _UNPACK.get(content[:2]) or (zlib.decompress if content[:1] == _ZLIB else bytes)
    try:
        return unpack(content)
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        return content


def _is_pickle(content: bytes) -> bool:
    if content.startswith(_NUMPY):
        return _holds_objects(content)
    # Protocol 2 and later begin so; joblib puts arrays between the opcodes.
    if content[:1] == b"\x80" and content[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in what is no pickle
            opcodes = [*pickletools.genops(content)]
    except Exception:  # it raises whatever no pickle makes it raise
        return False
    # Whoever loads it does not look at what comes behind the end.
    calls = any(_calls(opcode.name, argument) for opcode, argument, _ in opcodes)
    return calls or (len(content) >= _SHORTEST and opcodes[-1][2] == len(content) - 1)


def _calls(opcode: str, argument: object) -> bool:
    """Whether an opcode names code; a table whose header begins with c looks a little like it."""
    if opcode in ("GLOBAL", "INST"):
        return bool(_NAME.fullmatch(str(argument)))
    return opcode == "STACK_GLOBAL"


def _holds_objects(content: bytes) -> bool:
    try:
        np.load(io.BytesIO(content), allow_pickle=False)
    except ValueError as error:
        return "Object arrays" in str(error)
    return False
