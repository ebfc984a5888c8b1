"""What the project promises of pickles, of code from outside, and of connections.

SECURITY.md says what is trusted.
"""

import gzip
import io
import pickle
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import joblib
import numpy as np
import pytest
import torch

from tests.pickles import pickles_in
from tests.real_project import ROOT

# Ruff follows names through imports: S and TID251 (pyproject.toml) find what runs code of a file.
# Left to this test is what the few calls that say `noqa` ask for.
ASKED = {
    "torch.load": ("weights_only=True",),
    "np.load": ("allow_pickle=False",),
    "Image.open": ("formats=list(formats)",),
    "skops.io.load": ("trusted=list(TRUSTED)",),
}
FOLDERS = ("src", "benchmarks", "tools", "deploy")


def excused() -> Iterator[tuple[str, str]]:
    """The lines that TID251 is told to leave out: file, and the call or import in it."""
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*.py"):
            for line in file.read_text("utf-8").splitlines():
                if "TID251" in line:
                    yield file.relative_to(ROOT).as_posix(), line.partition("#")[0].strip()


def test_what_may_load_says_that_no_code_is_run() -> None:
    lines = [*excused()]
    assert len(lines) == 6
    for file, line in lines:
        if line == "import cloudpickle":
            assert file == "src/dl_pipelines/training/cluster.py"
            continue
        (name,) = (each for each in ASKED if f"{each}(" in line)
        assert all(setting in line for setting in ASKED[name]), f"{file}: {line}"
        assert "pickle_module" not in line


@pytest.mark.parametrize(
    "code",
    [
        *("import torch as t\nt.load(path)", "from torch import load\nload(path)"),
        *("import torch\nread = torch.load", "from torch.jit import load\nload(path)"),
        *("import numpy\nnumpy.load(path)", "import joblib as j\nj.load(path)"),
        *("import pickle as p\np.loads(data)", "from pickle import loads\nloads(data)"),
        *("import pandas\npandas.read_pickle(path)", "import marshal\nmarshal.loads(data)"),
        *("from os import system\nsystem(line)", "eval(text)", "exec(text)"),
        *("import subprocess\nsubprocess.run(line, shell=True)", "import dill"),
        "import requests\nrequests.get(url, verify=False)",
        *("import yaml\nyaml.load(text, Loader)", "from PIL import Image\nImage.open(path)"),
    ],
)
def test_a_module_that_runs_what_it_reads_is_found(code: str) -> None:
    ruff = [sys.executable, "-m", "ruff", "check", "--select", "S,TID251", "--no-cache"]
    found = subprocess.run(
        [*ruff, "--stdin-filename", "src/dl_pipelines/module.py", "-"],
        input=code,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1, found.stdout + found.stderr


def test_no_catalog_names_a_dataset_that_unpickles() -> None:
    files = [*(ROOT / "conf").rglob("*.yml")]
    assert len(files) > 10
    assert [file for file in files if "pickle" in file.read_text("utf-8").casefold()] == []


@pytest.mark.parametrize(
    "kind",
    [
        *("pickle", "joblib", "joblib packed", "torch", "npz", "protocol 0"),
        *("with a tail", "tar.gz", "gz of a zip", "structured npy"),
    ],
)
def test_a_pickle_is_found_by_its_content(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    value = {"weights": [1.0, 2.0], "name": "net"}
    match kind:
        case "pickle":
            file.write_bytes(pickle.dumps(value))
        case "protocol 0":
            file.write_bytes(pickle.dumps(value, protocol=0))
        case "with a tail":
            file.write_bytes(pickle.dumps(Harmful(), protocol=0) + b"\n")
        case "tar.gz":
            with tarfile.open(file, "w:gz") as archive:
                member = tmp_path / "member"
                member.write_bytes(pickle.dumps(value))
                archive.add(member)
        case "gz of a zip":
            packed = io.BytesIO()
            torch.save(value, packed)
            file.write_bytes(gzip.compress(packed.getvalue()))
        case "structured npy":
            names = [(f"a_rather_long_name_{number}", "f8") for number in range(20)]
            array = np.zeros(1, dtype=[*names, ("object", "O")])
            with file.open("wb") as opened:
                np.save(opened, array, allow_pickle=True)
        case "joblib":
            joblib.dump(value | {"array": np.arange(9.0)}, file)
        case "joblib packed":
            joblib.dump(value, file, compress=3)
        case "torch":
            torch.save(value, file)
        case _:
            with file.open("wb") as archive:
                np.savez_compressed(archive, a=np.array([value], dtype=object))
    assert list(pickles_in(file.read_bytes(), "file"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text.",
        b"0.5\n",
        b'{"a": 1}',
        b"N.",
        b"(A)",
        b"crim,zn\n0.1,2\n0.3,4\n",
        np.arange(5.0).tobytes(),
    ],
)
def test_what_is_no_pickle_is_not_taken_for_one(content: bytes) -> None:
    assert list(pickles_in(content, "file")) == []


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit",)


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        (((torch.zeros(2, 3),), {}), False),
        ((("text",), {}), True),
        (((torch.zeros(2, 3), Harmful()), {}), True),
    ],
)
def test_the_inputs_of_an_exported_graph_are_tensors_alone(inputs: object, found: bool) -> None:
    file, graph = io.BytesIO(), io.BytesIO()
    torch.save(inputs, file)
    with zipfile.ZipFile(graph, "w") as archive:
        archive.writestr("model/data/sample_inputs/model.pt", file.getvalue())
    assert bool([*pickles_in(graph.getvalue(), "model.pt2")]) == found
