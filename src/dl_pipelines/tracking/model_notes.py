"""The descriptions of registered models and their versions, in Markdown."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dl_pipelines.tracking.descriptions import about
from dl_pipelines.tracking.pages import run_place

_JUDGED = re.compile(r"\*\*Judged\*\* [^\n]*")


def model_note(model: str) -> str:
    """The description of a registered model.

    Args:
        model: Its name, that of the pipeline that registers it.
    """
    what = about(model).partition("\n\n")[0].replace("\n", " ")
    lines = [
        what,
        "The alias `champion` names the version in use: it moves only to one that is better on the "
        "same validation days, or where a run says so. `challenger` is the newest that was judged "
        "and is not. The tag `reason` of a version says why.",
        f"**Load it:**\n\n```python\nimport mlflow\n\n"
        f'model = mlflow.pyfunc.load_model("models:/{model}@champion")\n'
        "model.predict(inputs)\n```",
        "**Serve it:** `make serve` in the project, then POST to http://127.0.0.1:5001/invocations.",
        "What goes in and what comes out is said by each version.",
    ]
    return "\n\n".join(line for line in lines if line)


def version_note(
    registration: Mapping[str, Any],
    interface: Mapping[str, str],
    *,
    experiment_id: str,
    parent_id: str,
) -> str:
    """What is always true of a version: its interface and where it is from.

    Args:
        registration: What the node `register` of a pipeline has written.
        interface: `input` and `output`, as the model's metadata name them.
        experiment_id: The experiment of the run that has made it.
        parent_id: That run.
    """
    lines = [
        f"{registration['variant']} for {registration['ts_code']}: RMSE "
        f"{registration['validation_rmse']:.2f} index points on the validation days.",
        f"Made by the run [{parent_id}]({run_place(experiment_id, parent_id)}).",
        *(f"**{name.capitalize()}:** {text}" for name, text in interface.items()),
    ]
    return "\n\n".join(lines)


def judged_note(note: str, alias: str, reason: str) -> str:
    """The description of a version with what was judged of it today.

    Args:
        note: Its description until now, which may have been edited by hand.
        alias: `champion` or `challenger`.
        reason: Why, the rest of a sentence.
    """
    verdict = f"**Judged** {alias} on {date.today()}, for {reason}."
    if _JUDGED.search(note):
        return _JUDGED.sub(lambda _: verdict, note)
    return f"{note}\n\n{verdict}" if note else verdict
