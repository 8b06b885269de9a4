"""Every `az` command that the project writes down: in scripts, workflows, pages, templates and messages.

    python -m tests.infra.az_lines | .venv-azure-cli/bin/python infra/lint/azure_cli.py

Variables and commands within commands become placeholders. Continued lines are joined. A command in running text counts
where it stands between backticks or alone in an indented line. `...` at the end says that the rest is left out.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.infra.reading import ROOT

PLACEHOLDER: Final = "PLACEHOLDER"
_SCRIPTS: Final = ("infra/scripts/*.sh", ".github/workflows/*.yml", "infra/lint/run", ".ci/*")
_PAGES: Final = ("README.md", "CONTRIBUTING.md", "docs/*.md")
_CODE: Final = (
    "infra/**/*.bicep",
    "cli/**/*.py",
    "shared/**/*.py",
    "functions/*.py",
    "infra/**/*.toml",
    "infra/**/*.json",
)
_WRAPPERS: Final = "az|ask|found|run"
"""Names by which scripts call it: functions of theirs that hand their arguments on."""
_COMMAND: Final = re.compile(rf"(?:^|[\s(`'\"=!{{]|\$\()(?:{_WRAPPERS}) ((?:[a-z][a-z-]+)(?: .*)?)$")
_IN_TEXT: Final = re.compile(r"`(az [a-z][^`]*)`")
_LITERAL: Final = re.compile(r"[\"'`](az [a-z][a-z-]+ [^\"`]*?)[\"`']")


class Line(NamedTuple):
    """A command. where: file and line. partial: the rest is left out."""

    where: str
    arguments: list[str]
    partial: bool


def az_lines() -> Iterator[Line]:
    """Every command, file by file."""
    for pattern in _SCRIPTS:
        for path in sorted(ROOT.glob(pattern)):
            yield from _of_script(path)
    for pattern in _PAGES:
        for path in sorted(ROOT.glob(pattern)):
            yield from _of_page(path)
    for pattern in _CODE:
        for path in sorted(ROOT.glob(pattern)):
            yield from _of_code(path)


def _of_script(path: Path) -> Iterator[Line]:
    for number, text in _joined(path):
        if text.lstrip().startswith("#"):
            continue
        for command in _commands(_without_substitutions(text)):
            yield from _line(path, number, command)


def _of_page(path: Path) -> Iterator[Line]:
    for number, text in _joined(path):
        if re.match(r"\s{4,}(az) ", text):
            for command in _commands(_without_substitutions(text)):
                yield from _line(path, number, command)
        for match in _IN_TEXT.finditer(text):
            yield from _line(path, number, match[1].removeprefix("az "))


def _of_code(path: Path) -> Iterator[Line]:
    for number, text in _joined(path):
        for match in (*_IN_TEXT.finditer(text), *_LITERAL.finditer(text)):
            yield from _line(path, number, re.sub(r"\{[^{}]*\}", PLACEHOLDER, match[1].removeprefix("az ")))


def _joined(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with those that continue them, and the number of the first. A quote that is open continues too."""
    pending, begun = "", 0
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        begun = begun if pending else number
        pending += line
        if pending.endswith("\\"):
            pending = pending[:-1].rstrip() + " "
            continue
        yield begun, pending
        pending = ""
    if pending:
        yield begun, pending


def _without_substitutions(text: str) -> str:
    """The text, and after it what stood in `$(...)`, each replaced by a placeholder where it stood."""
    inner: list[str] = []
    found = re.compile(r"\$\(([^()]*)\)")
    while match := found.search(text):
        inner.append(match[1])
        text = text[: match.start()] + PLACEHOLDER + text[match.end() :]
    return "\n".join([text, *inner])


def _commands(text: str) -> Iterator[str]:
    for part in re.split(r"\n|\|\||&&|;|(?<!\|)\|(?!\|)", text):
        match = _COMMAND.search(part.strip())
        if match:
            yield match[1]


def _line(path: Path, number: int, command: str) -> Iterator[Line]:
    command = re.sub(r"\s*\"?\$[@*]\"?", "", command)
    command = re.sub(r"\$\{[^{}]*\}|\$\w+", PLACEHOLDER, command)
    command = re.sub(r"\s\d?>.*$|<<<.*$", "", command)
    try:
        words = shlex.split(command.rstrip("\\ )"))
    except ValueError:
        words = shlex.split(re.sub(r"[\"'`]", "", command))
    partial = bool(words) and words[-1].endswith(("...", "…"))
    words = [word for word in words if word.strip(".…")]
    if words:
        yield Line(f"{path.relative_to(ROOT)}:{number}", words, partial)


def main() -> None:
    """Writes the commands as JSON lines."""
    for line in az_lines():
        sys.stdout.write(json.dumps([line.where, line.arguments, line.partial]) + "\n")


if __name__ == "__main__":
    main()
