"""The notebooks of the fundamentals, all in one kernel: seven would take half a minute to start."""

import ast
import base64
import io
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks/fundamentals"

# What a cell behind the last one returns: results of the notebook, by name, as plain Python.
RESULTS = {
    "tensors": """
    "shared": shared, "picked": picked.tolist(), "scores": scores.tolist(),
    "total": total.tolist(), "right": right.item(), "wrong": wrong.item(),
    "refused": [refusal, mismatch], "solution": products["linalg.solve(a, b)"].tolist(),
    "softmax": shares.sum(dim=1).tolist(),
    """,
    "autograd": """
    "once": once, "twice": twice, "square": [w.grad.item(), b.grad.item()],
    "arrivals": sorted(gradient.item() for gradient in arrivals.values()),
    "found": {way: matrix.tolist() for way, matrix in found.items()}, "curves": curves,
    """,
    "convolution": """
    "digit": (tuple(digit.shape), digit.max().item()),
    "edge": (edges[0, 14, 12].item(), (digit[13:16, 11] - digit[13:16, 13]).sum().item()),
    "sizes": sizes[["formula", "torch"]].values.tolist(),
    "enlarged": {k: len(picture) for k, picture in enlarged.items()}, "formula": formula,
    "overlaps": {k: overlap[1:-1, 1:-1].unique().tolist() for k, overlap in overlaps.items()},
    "correlates": [
        np.allclose(ours, method(image, table, mode="valid"))
        for method, table in ((correlate2d, lopsided), (convolve2d, turned), (convolve2d, lopsided))
    ],
    "groups": (grouped - torch.cat(halves, 1)).abs().max().item(), "counts": counts,
    "transpose": (there - back).abs().item(),
    """,
    "choices": """
    "slopes": {name: slope.max().item() for name, slope in slopes.items()},
    "activations": activation_table["accuracy, %"].to_dict(),
    "losses": loss_table["accuracy, %"].to_dict(), "inits": init_table["accuracy, %"].to_dict(),
    "eights": rare_table.iloc[:, 3:].T.to_dict(), "signal": signal, "gradient": gradient,
    """,
    "saving_models": """
    "same": same, "lost": lost, "refused": refused, "costs": costs.to_dict(),
    "kinds": sorted(kinds.values()),
    """,
    "pandas_tables": """
    "agrees": agrees, "june": len(june), "aligned": aligned.isna().tolist(),
    "sd": filled["standard deviation, %"].to_dict(), "days": int(by_year["days"].sum()),
    "worst": str(worst.date()), "best": str(best.date()),
    "volume": (int(weekly["volume"].sum()), int(bars.loc[: weekly.index[-1], "volume"].sum())),
    "early": int((known["month_end"] >= known["date"]).sum()),
    "close": known.set_index("date").loc["2015-07-01", "last_month_close"].item(),
    "partners": merged["_merge"].value_counts().to_dict(),
    "pandas": [str(names.dtype), hasattr(table, "append"), refused],
    "unchanged": bool(table["close"].iloc[0] > 0),
    """,
    "devices": """
    "speed": {batch: speed["cpu", batch] for batch in BATCHES}, "kept": kept,
    "errors": [errors["cpu", kind] for kind in (torch.float32, torch.bfloat16)],
    "order": order, "repeated": repeated, "threads": torch.get_num_threads() == was,
    """,
}

# As %reset does, which looks through the whole memory for it, half a second each time.
CLEAN = "_ = [globals().pop(name) for name in get_ipython().run_line_magic('who_ls', '')]"


class Executed(NamedTuple):
    """What the cells of a notebook have left, and the one behind them."""

    outputs: list[Any]
    result: Any

    @property
    def pictures(self) -> list[Any]:
        """Those that were drawn, as arrays."""
        shown = [output.data for output in self.outputs if "image/png" in output.get("data", {})]
        return [plt.imread(io.BytesIO(base64.b64decode(data["image/png"]))) for data in shown]

    @property
    def results(self) -> dict[str, Any]:
        """By the names in `RESULTS`."""
        return ast.literal_eval(self.result.data["text/plain"])


def _opened(name: str) -> list[Any]:
    """The cells of a notebook, in a clean namespace, and one that returns its results."""
    cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells
    assert all(not cell.get("outputs") for cell in cells), f"{name} is kept without outputs"
    code = [cell for cell in cells if cell.cell_type == "code"]
    around = (CLEAN, f"{{{RESULTS[name]}}}")
    first, last = (nbformat.v4.new_code_cell(source) for source in around)
    for cell in code:
        cell.id = f"{name}-{cell.id}"  # all go into one notebook
    return [first, *code, last]


def _left(cells: list[Any]) -> Executed:
    (result,) = cells[-1].outputs
    return Executed([output for cell in cells[:-1] for output in cell.outputs], result)


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> dict[str, Executed]:
    """All notebooks by their names, executed in a folder outside the project."""
    opened = {name: _opened(name) for name in RESULTS}
    notebook = nbformat.v4.new_notebook(cells=[c for cells in opened.values() for c in cells])
    folder = tmp_path_factory.mktemp("anywhere")
    place = {"metadata": {"path": folder}}
    # A picture may come late on a busy machine; after 4 seconds it would be left out.
    NotebookClient(notebook, resources=place, allow_errors=True, iopub_timeout=60).execute()
    assert not list(folder.iterdir()), "a notebook leaves no files behind"
    return {name: _left(cells) for name, cells in opened.items()}
