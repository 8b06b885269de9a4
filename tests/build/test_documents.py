"""The documentation holds: its commands run, its links lead somewhere, what follows from declarations is current.

In a page, `<!-- file: NAME -->` before a block writes the block into a copy of the project, `<!-- append: NAME -->`
adds it at the end of a file, `<!-- insert: NAME -->` adds it after its own first line, which the file has.
`<!-- run -->` before a block of sh runs it there, and `<!-- prints -->` says what the last run must have printed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import functions.detectors
from build.documents import PAGES, renewed
from cli.app import app
from shared.collector.tuning import tuned
from shared.customer.declarations import Declarations, load_declarations
from shared.customer.settings import PREFIX, Settings
from shared.detection.discovery import discover
from tests.build.copied_project import copy_of_the_project, ran

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]

_BLOCK = re.compile(
    r"<!-- ((?:file|append|insert): (?P<name>\S+)|run|prints) -->\n+```\w+\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
_COMMAND = re.compile(r"`(?:make|telltale) [^`\n]+`|^ {4}(?:make|telltale) .+$", re.MULTILINE)


class Block(NamedTuple):
    """A marked block: `kind` is file, append, insert, run or prints."""

    kind: str
    name: str
    text: str


def blocks(path: Path) -> Iterator[Block]:
    for match in _BLOCK.finditer(path.read_text("utf-8")):
        kind = match[1].partition(":")[0]
        yield Block(kind, match["name"] or "", match["text"])


def words(text: str) -> str:
    return " ".join(text.split())


def is_printed(text: str, printed: str) -> bool:
    """Whether `text` stands in what was printed, and not inside a longer number: 6 is not found in 16."""
    return re.search(rf"(?<!\d){re.escape(text)}(?!\d)", printed) is not None


def write(block: Block, path: Path) -> None:
    text = block.text
    if block.kind == "append":
        text = path.read_text("utf-8") + text
    elif block.kind == "insert":
        before, line, after = path.read_text("utf-8").partition(text.partition("\n")[0] + "\n")
        assert line, f"{block.name} has no line {text.partition(chr(10))[0]!r}"
        text = before + text + after
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "page",
    [path for path in DOCUMENTS if any(block.kind == "run" for block in blocks(path))],
    ids=lambda path: str(path.name),
)
def test_the_commands_of_a_page_run_and_print_what_it_says(page: Path, tmp_path: Path) -> None:
    copy_of_the_project(tmp_path)
    printed = ""
    for block in blocks(page):
        if block.name:
            write(block, tmp_path / block.name)
        elif block.kind == "run":
            printed = words(ran(tmp_path, block.text))
        else:
            for line in block.text.splitlines():
                assert is_printed(words(line), printed), f"{page.name} says that {line!r} is printed"


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_current(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    assert renewed(text, PAGES[name]()) == text, f"docs/{name} has fallen behind: run `make docs`"


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for match in _LINK.finditer(text):
        target = page.parent / match["path"] if match["path"] else page
        assert target.exists(), f"{page.name} links to {match['path']}, which does not exist"
        if match["anchor"]:
            assert match["anchor"] in anchors(target), f"{page.name}: {target.name} has no #{match['anchor']}"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_index() -> None:
    linked = {match["path"] for match in _LINK.finditer((DOCS / "README.md").read_text("utf-8"))}
    assert {path.name for path in DOCS.glob("*.md")} - {"README.md"} <= linked


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_that_are_named_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    commands = {command.name for command in app.registered_commands}
    commands |= {group.typer_instance.info.name for group in app.registered_groups if group.typer_instance}
    text = page.read_text("utf-8").partition("## Not yet")[0]  # what is listed there does not exist
    for found in _COMMAND.findall(text):
        program, word = found.strip("` ").split()[:2]
        known = targets if program == "make" else commands
        assert word in known or word.startswith("-"), f"{page.name} names {found.strip()}"


def test_the_detector_in_the_readme_stands_so_in_the_project() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    path = ROOT / re.findall(r"`(functions/detectors/\S+\.py)`", text)[0]
    (shown,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert shown in path.read_text("utf-8")


def test_there_are_as_many_detectors_as_the_readme_says() -> None:
    (number,) = re.findall(r"More than (\d+) detectors", (ROOT / "README.md").read_text("utf-8"))
    assert len(discover(functions.detectors)) > int(number)


def declarations_example() -> str:
    (example,) = [block for block in blocks(DOCS / "settings.md") if block.name == "customer.toml"]
    return example.text


def test_the_example_of_declarations_loads(tmp_path: Path) -> None:
    path = tmp_path / "customer.toml"
    path.write_text(declarations_example(), encoding="utf-8")
    declarations = load_declarations(path)
    assert tuned(discover(functions.detectors), declarations)
    left_out = set(Declarations.model_fields) - declarations.model_fields_set
    assert left_out == set(), "the example shows every part"


def test_every_setting_is_described() -> None:
    text = (DOCS / "settings.md").read_text("utf-8")
    named = set(re.findall(rf"`({PREFIX}[A-Z_]+)`", text))
    assert named >= {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_python_of_the_pages_compiles() -> None:
    for page in DOCUMENTS:
        for text in re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
            compile(textwrap.dedent(text), page.name, "exec")
