"""The description of a whole run: the verdict, how to repeat it, and what it has reused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from dl_pipelines.tracking.commands import Repetition
from dl_pipelines.tracking.descriptions import about, escaped, table_block
from dl_pipelines.tracking.pages import run_place, version_place

_LONGEST = 8000  # characters of a tag, by MLflow
_STATUS = {
    "RUNNING": "**It is still going on**, or its process was killed.",
    "KILLED": "**It was interrupted.** The same command goes on where it has ended.",
}


@dataclass
class RunNote:
    """What is known of a run so far.

    MLflow shows the first lines of a description and hides the rest behind a button, so it begins
    with what the run is and what came of it.

    Attributes:
        pipelines: The pipelines of the run.
        repetition: How it is repeated.
        provenance: Its tags `git.commit` and `git.dirty`, where it is run from a repository.
        local: Whether settings of `conf/local` took part.
        verdicts: By dataset what the pipelines have concluded, in words.
        tables: What is compared, in the order of the pipeline.
        registered: The tags of what was registered; see `registry.register`.
        failure: The sentence of the error; empty if there was none.
        failed_node: Where it failed; empty before the first node and after the last one.
        reused: By the id of a run the nodes whose results it has made.
        places: By the id of such a run its experiment, where this store has it.
    """

    pipelines: list[str]
    repetition: Repetition
    provenance: Mapping[str, str]
    local: bool = False
    verdicts: dict[str, str] = field(default_factory=dict)
    tables: list[pd.DataFrame] = field(default_factory=list)
    registered: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""
    failed_node: str = ""
    reused: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def show(self, results: Mapping[str, str | pd.DataFrame], namespace: str) -> None:
        """Take what the terminal shows at the end of the run, also of nodes that were reused.

        Args:
            results: By name verdicts and tables.
            namespace: What names begin with, with the dot; it is left out.
        """
        for name, result in results.items():
            if isinstance(result, str):
                self.verdicts[name.removeprefix(namespace)] = result
            else:
                self.tables.append(result)

    def text(self, status: str) -> str:
        """The description.

        Args:
            status: `RUNNING`, `FINISHED`, `FAILED` or `KILLED`.

        Returns:
            Markdown, at most as much as MLflow takes: tables that do not fit are left out.
        """
        what = [about(name).partition("\n\n")[0].replace("\n", " ") for name in self.pipelines]
        begin = [*what, *self._outcome(status)]
        end = [*self._how(), *self._reused()]
        tables = [table_block(table) for table in self.tables]
        while len(whole := _joined([*begin, *tables, *end])) > _LONGEST and tables:
            tables.pop()
        return whole if len(whole) <= _LONGEST else whole[: _LONGEST - 1] + "…"

    def _outcome(self, status: str) -> list[str]:
        where = f" in the node `{self.failed_node}`" if self.failed_node else ""
        failed = f"**It failed**{where}: {escaped(self.failure)}"
        lines = [failed] if self.failure else [_STATUS.get(status, "")]
        own_first = sorted(self.verdicts, key=lambda name: (name.count("."), name))
        lines += [escaped(self.verdicts[name].strip()) for name in own_first]
        if told := self.registered:
            place = version_place(told["registered.model"], told["registered.version"])
            lines.append(
                f"Its model is [version {told['registered.version']}]({place}) of "
                f"{told['registered.model']}, {told['registered.alias']}, for "
                f"{escaped(told['registered.reason'])}."
            )
        return lines

    def _how(self) -> list[str]:
        """How to repeat the run."""
        commit = self.provenance.get("git.commit")
        lines = [f"git checkout {commit}"] if commit else []
        lines.append(self.repetition.command)
        told = ["**Repeat it:**", "```\n" + "\n".join(lines) + "\n```"]
        if self.repetition.settings:
            told.append("with this added to `conf/local/parameters.yml`, for no command line can:")
            told.append(f"```\n{self.repetition.settings}```")
        if self.provenance.get("git.dirty") == "true":
            told.append("The files differed from that commit.")
        if self.local:
            told.append("Settings of `conf/local` took part, which are in no commit.")
        return told

    def _reused(self) -> list[str]:
        if not self.reused:
            return []
        own = f"{self.pipelines[0]}." if len(self.pipelines) == 1 else ""
        runs = [
            f"- by {self._link(run)}: {', '.join(f'`{node.removeprefix(own)}`' for node in nodes)}"
            for run, nodes in self.reused.items()
        ]
        count = sum(map(len, self.reused.values()))
        lead = f"**Reused:** nodes that did not run, for their results were there ({count}), made"
        return [lead, "\n".join(runs)]

    def _link(self, run: str) -> str:
        if run not in self.places:
            return f"{run}, which is not in this store"
        return f"[{run}]({run_place(self.places[run], run)})"


def interrupted(text: str) -> str:
    """The description of a run that was killed, instead of that of one that is going on.

    Args:
        text: The description.
    """
    return text.replace(_STATUS["RUNNING"], _STATUS["KILLED"])


def _joined(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
