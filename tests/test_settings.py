import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def kedro(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kedro", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_pipeline_prints_one_sentence_and_nothing_else():
    done = kedro("run", "--pipeline", "stock_lst")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "Error: there is no pipeline 'stock_lst'; did you mean 'stock_lstm'?\n"


def test_the_command_line_starts_without_torch_mlflow_and_tushare():
    code = "import sys, dl_pipelines.settings; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {
        "torch",
        "mlflow",
        "tushare",
        "baostock",
        "matplotlib",
        "sklearn",
        "exchange_calendars",
    }
    assert not heavy & set(done.stdout.split())


@pytest.mark.slow
def test_registry_lists_the_default_and_the_pipelines():
    done = kedro("registry", "list")
    assert done.returncode == 0, done.stderr
    assert {"- __default__", "- stock_lstm"} <= set(done.stdout.splitlines())
    assert done.stderr == ""
