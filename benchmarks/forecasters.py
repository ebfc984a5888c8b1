"""The next day's high of the CSI300 by the project's LSTM and by those of other libraries.

All learn from the same days, see the same features, have the same target and are judged by the
same figures on 2019 to 2025. Each network has eight settings to choose among, by the RMSE on the
same validation days; ours had a start, for what it keeps was chosen among about 130 settings, on
days before 2019, too (docs/stock_lstm.md). One thread. What has been fitted is not fitted again,
unless `--again` asks for it.

    python benchmarks/forecasters.py                  # all, an hour; needs the extra `bench`
    python benchmarks/forecasters.py ours darts       # some
"""

import json
import logging
import shutil
import sys
import warnings
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

import torch

from peers.protocol import Exam, examine
from results import FOLDER, Row, publish

LIBRARIES = {
    "ours": "peers.ours",
    "linear": "peers.linear",
    "neuralforecast": "peers.neural",
    "darts": "peers.darts_models",
}
FILE = FOLDER / "forecasters.json"


def main() -> None:
    """Examine what is asked for, and print the table of all that has been examined."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("libraries", nargs="*", help=f"some of {', '.join(LIBRARIES)}")
    parser.add_argument("--again", action="store_true", help="fit anew what has been fitted")
    given = parser.parse_args()
    if unknown := sorted(set(given.libraries) - set(LIBRARIES)):
        parser.error(f"there is no {unknown[0]}: choose among {', '.join(LIBRARIES)}.")
    warnings.filterwarnings("ignore")
    logging.getLogger("dl_pipelines").setLevel(logging.WARNING)
    torch.set_num_threads(1)
    if given.again:
        forget()
    exam, known = Exam.read(), earlier()
    for library in given.libraries or LIBRARIES:
        for forecaster in _load(library).forecasters():
            known[forecaster.name] = examine(exam, forecaster)
            show(exam, known)


def forget() -> None:
    """Throw away what has been fitted, of all libraries."""
    shutil.rmtree(FOLDER / "fits", ignore_errors=True)


def earlier() -> dict[str, Any]:
    """What an earlier command has examined, by name."""
    if not FILE.exists():
        return {}
    return {each["name"]: each for each in json.loads(FILE.read_text())["examined"]}


def _load(library: str) -> Any:
    """The module of a library."""
    try:
        return import_module(LIBRARIES[library])
    except ImportError as error:
        sys.exit(f"{library} is not installed ({error}): pip install 'dl_pipelines[bench]'.")


def show(exam: Exam, examined: dict[str, Any]) -> None:
    """Print and keep the table."""
    figures = exam.reference_figures()
    ridge = figures["har_ridge.rmse"]
    rows = [
        Row(name, figures[f"{name}.rmse"], "points", figures[f"{name}.rmse"] / ridge, "har_ridge")
        for name in ("persistence", "close_naive", "har_ridge")
    ]
    rows += [
        Row(name, each["metrics"]["rmse"], "points", each["metrics"]["rmse"] / ridge, "har_ridge")
        for name, each in examined.items()
    ]
    about = "RMSE of the next day's high, 2019 to 2025, mean over five seeds"
    publish("forecasters", about, rows, examined=list(examined.values()), references=figures)


if __name__ == "__main__":
    main()
