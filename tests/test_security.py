"""What the project promises of pickles, of code from outside, and of connections.

SECURITY.md says what is trusted.
"""

import ast
import io
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path

import joblib
import numpy as np
import pytest
import torch

from tests.pickles import pickles_in
from tests.real_project import ROOT

SOURCES = [*(ROOT / "src").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
# Bytes that the project has pickled itself, sent to Dask's workers and never kept.
MAY_UNPICKLE = {"src/dl_pipelines/training/cluster.py"}
FORBIDDEN = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load"),
    *("yaml.unsafe_load", "yaml.full_load", "joblib.load", "joblib.dump", "shelve.open"),
    *("pd.read_pickle", "marshal.loads", "tempfile.mktemp", "torch.hub.load", "torch.package"),
    *("skops.io.load_unsafe", "ssl._create_unverified_context"),
}


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """The calls in a module, each as it is written: `torch.load`."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def setting(call: ast.Call, name: str) -> str | None:
    """What a call gives for a setting, as it is written."""
    return next((ast.unparse(k.value) for k in call.keywords if k.arg == name), None)


def faults_of(file: Path) -> Iterator[str]:
    """What a module does that it must not."""
    where = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name
    for name, call in calls(file):
        place = f"{where}, line {call.lineno}: {name}"
        if name in FORBIDDEN:
            yield place
        if name.split(".")[0] in {"pickle", "cloudpickle", "dill"} and where not in MAY_UNPICKLE:
            yield place
        if name.endswith("torch.load") and setting(call, "weights_only") != "True":
            yield f"{place} without weights_only=True"
        if (
            name in {"np.load", "numpy.load", "np.save"}
            and setting(call, "allow_pickle") != "False"
        ):
            yield f"{place} without allow_pickle=False"
        if setting(call, "shell") not in (None, "False") or setting(call, "verify") == "False":
            yield f"{place} with a shell, or without a look at the certificate"


def test_no_module_runs_what_it_reads() -> None:
    assert len(SOURCES) > 100
    assert [fault for file in SOURCES for fault in faults_of(file)] == []


@pytest.mark.parametrize(
    "line",
    [
        *("torch.load(path)", "torch.load(path, weights_only=False)", "np.load(path)"),
        *("eval(text)", "pickle.loads(data)", "subprocess.run(line, shell=True)"),
        *("requests.get(url, verify=False)", "yaml.load(text, Loader)", "os.system(line)"),
    ],
)
def test_a_module_that_does_is_found(line: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(line)
    assert len(list(faults_of(file))) == 1


@pytest.mark.parametrize(
    "kind", ["pickle", "joblib", "joblib packed", "torch", "npz", "protocol 0"]
)
def test_a_pickle_is_found_by_its_content(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    value = {"weights": [1.0, 2.0], "name": "net"}
    match kind:
        case "pickle":
            file.write_bytes(pickle.dumps(value))
        case "protocol 0":
            file.write_bytes(pickle.dumps(value, protocol=0))
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
    "content", [b"", b"text.", b"0.5\n", b'{"a": 1}', b"N.", b"(A)", np.arange(5.0).tobytes()]
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
