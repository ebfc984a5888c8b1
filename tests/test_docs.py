"""The pages: links and pictures exist, the navigation is whole, and commands name what there is."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dl_pipelines.configuration import base_settings
from tests.real_project import ROOT, register_project
from tests.test_conformance import PIPELINES

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
FILES = [*PAGES, *sorted(ROOT.glob("*.md"))]
PICTURES = sorted((DOCS / "img").glob("*.png"))

_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PIPELINE = re.compile(r"--pipelines?[ =]([a-z_,]+)")
_PARAMS = re.compile(r"--params[ =](?P<quote>['\"]?)(?P<given>[a-z][^\s`'\"]*)")
_SETTING = re.compile(r"(?:^|,)([a-z][\w.]*)=")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def links(file: Path) -> Iterator[str]:
    """What a page links to beside the web."""
    for target in _LINK.findall(_CODE.sub("", file.read_text())):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(file: Path) -> set[str]:
    """The anchors of a page's headings, as mkdocs and GitHub make them."""
    titles = (
        re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", title)
        for title in _HEADING.findall(
            re.sub(r"^```.*?^```", "", file.read_text(), flags=re.M | re.S)
        )
    )
    return {
        re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title).strip().lower()) for title in titles
    }


def pages_of(entry: Any) -> Iterator[str]:
    """The pages below an entry of the navigation."""
    if isinstance(entry, str):
        yield entry
        return
    for part in entry.values() if isinstance(entry, Mapping) else entry:
        yield from pages_of(part)


def titles() -> dict[str, str]:
    """Page → its title."""
    return {page.name: page.read_text().partition("\n")[0] for page in PAGES}


@pytest.mark.parametrize("file", FILES, ids=named)
def test_links_lead_somewhere(file):
    missing = []
    for target in links(file):
        path, _, anchor = target.partition("#")
        page = file.parent / path if path else file
        if not page.exists() or (anchor and anchor not in anchors(page)):
            missing.append(target)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_pages_stay_in_the_site(page):
    assert [target for target in links(page) if target.startswith("..")] == []


def test_every_page_is_in_the_navigation_once():
    navigation = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    assert sorted(pages_of(navigation)) == [page.name for page in PAGES]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_every_pipeline_has_a_page_that_shows_how_to_run_it(pipeline):
    pages = [page for page, title in titles().items() if title.startswith(f"# {pipeline}: ")]
    assert len(pages) == 1
    assert f"kedro run --pipeline {pipeline}" in (DOCS / pages[0]).read_text()


@pytest.mark.parametrize("file", FILES, ids=named)
def test_commands_name_pipelines_that_there_are(file):
    given = {name for names in _PIPELINE.findall(file.read_text()) for name in names.split(",")}
    assert given <= {*PIPELINES, "a", "b"}  # `--pipelines a,b` stands for any two


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    """What `--params` may name: parameters and globals."""
    register_project()
    base = base_settings(str(ROOT / "conf"))
    both = [*base["parameters"], *base["globals"]]
    return {name: [kind[name] for kind in base.values() if name in kind] for name in both}


@pytest.mark.parametrize("file", FILES, ids=named)
def test_commands_name_settings_that_there_are(file, settings):
    given = {
        name for _, text in _PARAMS.findall(file.read_text()) for name in _SETTING.findall(text)
    }
    assert [name for name in sorted(given) if not exists(name, settings)] == []


def exists(name: str, settings: dict[str, Any]) -> bool:
    """Whether a setting stands in one of the files of `conf/base`."""
    first, *rest = name.split(".")
    for found in settings.get(first, []):
        value = found
        for part in rest:
            value = value.get(part, ...) if isinstance(value, Mapping) else ...
        if value is not ...:
            return True
    return False


def test_there_are_pictures_and_all_are_shown():
    shown = {(page.parent / target).resolve() for page in FILES for target in links(page)}
    assert [picture.name for picture in PICTURES if picture not in shown] == []
    assert len(PICTURES) > 15


@pytest.mark.parametrize("picture", PICTURES, ids=named)
def test_pictures_are_small(picture):
    assert picture.stat().st_size <= 250_000


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path):
    pytest.importorskip("material", reason="the extra `docs` is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "stock_lstm.html").exists()
    sent = "".join(page.read_text() for page in tmp_path.glob("*.html"))
    assert not re.search(r"(src|href)=\"https?://(fonts|cdn|unpkg)", sent)  # no server but its own
