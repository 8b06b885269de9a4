"""Every `az` command that the project writes down: in scripts, workflows, pages, templates, messages and code.

    python -m tests.infra.az_lines | .venv-azure-cli/bin/python infra/lint/azure_cli.py

A command in running text counts where it stands between backticks, in code where a text begins with `az `. `...` at the
end says that the rest is left out. What Python builds is built: `az_built.py`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from textwrap import dedent
from typing import Final, NamedTuple

from tests.infra.reading import ROOT
from tests.infra.shell_commands import ShellCommand, shell_commands

_SCRIPTS: Final = ("infra/scripts/*.sh", "infra/lint/run", ".ci/*")
_WORKFLOWS: Final = (".github/workflows/*.yml", "azure.yaml")
_PAGES: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**/*.md")
_CODE: Final = ("function_app.py", "cli/**/*.py", "shared/**/*.py", "functions/**/*.py", "build/**/*.py")
_TEMPLATES: Final = ("infra/**/*.bicep", "infra/**/*.json", "infra/**/*.toml", "infra/**/*.txt")
_WRAPPER: Final = re.compile(r'^\s*(\w+)\(\) \{[^}]*\baz "\$@"', re.MULTILINE)
_RUN: Final = re.compile(r"^( *)(?:- )?run: (?:\|\n((?:\1 +.*\n|\n)+)|(.+))", re.MULTILINE)
_FENCED: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_QUOTED: Final = re.compile(r"`(az [a-z][^`]*)`")
_SHOWN: Final = re.compile(r"^(?: {4,})?az (?:.*\\\n)*.*", re.MULTILINE)
_IN_TEMPLATE: Final = re.compile(
    r"(?:^|// |: |[\"`(])(az [a-z][a-z-]+ [^\"`\n]*?)(?:'\)|[\"`]|$)", re.MULTILINE
)


class Line(NamedTuple):
    """A command. where: file and line. partial: the rest is left out."""

    where: str
    arguments: list[str]
    partial: bool


def az_lines() -> Iterator[Line]:
    """Every command, file by file."""
    kinds = ((_SCRIPTS, of_script), (_WORKFLOWS, of_workflow), (_PAGES, of_page), (_CODE, of_code))
    for patterns, read in (*kinds, (_TEMPLATES, of_template)):
        for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
            if path.is_file():
                for number, words in read(path.read_text("utf-8")):
                    yield line(f"{path.relative_to(ROOT)}:{number}", words)


def line(where: str, words: list[str]) -> Line:
    """The command `words`, without `az`; `...` at its end says that it is partial."""
    partial = words[-1].endswith(("...", "…"))
    if partial:
        last = words[-1].rstrip(".…")
        words = [*words[:-1], last] if last else words[:-1]
    return Line(where, words, partial)


def of_script(text: str) -> Iterator[tuple[int, list[str]]]:
    """The commands of a shell script: what it runs, and what its messages say."""
    names = {"az", *_WRAPPER.findall(text)}
    for command in shell_commands(text):
        first, *rest = command.words
        if first in names and rest and not rest[0].startswith("-"):
            yield command.line, rest
        for word in rest:
            if re.match(r"\s*az [a-z]", word):
                yield from _typed(command.line, word)


def of_workflow(text: str) -> Iterator[tuple[int, list[str]]]:
    """The commands of the scripts in a workflow."""
    for match in _RUN.finditer(text):
        before = text.count("\n", 0, match.start(2) if match[2] else match.start())
        for number, words in of_script(dedent(match[2] or match[3])):
            yield before + number, words


def of_page(text: str) -> Iterator[tuple[int, list[str]]]:
    """The commands of a page: those that stand alone, and those between backticks, also over the end of a line."""
    for match in _SHOWN.finditer(text):
        yield from _typed(_number(text, match.start()), match[0])
    prose = _FENCED.sub(lambda fenced: "\n" * fenced[0].count("\n"), text)
    for match in _QUOTED.finditer(prose):
        yield from _typed(_number(prose, match.start()), match[1].replace("\n", " "))


def of_code(text: str) -> Iterator[tuple[int, list[str]]]:
    """The commands in the literals of Python; those with something filled in are built instead."""
    tree = ast.parse(text)
    inserted = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inserted:
            found = [*_QUOTED.findall(node.value), *re.findall(r"(?:^|: )(az [a-z]+ [^`\n]+)$", node.value)]
            for command in found:
                yield from _typed(node.lineno, " ".join(command.split()))


def of_template(text: str) -> Iterator[tuple[int, list[str]]]:
    """The commands in comments and descriptions of what is deployed."""
    for match in _IN_TEMPLATE.finditer(text):
        yield from _typed(_number(text, match.start(1)), match[1])


def fills_in(text: str) -> bool:
    """Whether Python code writes a command with something filled in, or calls the Azure CLI."""
    tree = ast.parse(text)
    begun = [
        node.values[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
    ]
    return any(re.search(r"(?:^|`)az [a-z]", str(one)) for one in begun) or any(
        isinstance(node, ast.ImportFrom) and node.module == "cli.azure_cli" for node in ast.walk(tree)
    )


def _typed(number: int, text: str) -> Iterator[tuple[int, list[str]]]:
    """The commands in what a person would type; a page may show several lines."""
    found: list[ShellCommand] = shell_commands(text)
    for command in found:
        if command.words[0] == "az" and len(command.words) > 1:
            yield number + command.line - 1, command.words[1:]


def _number(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def main() -> None:
    """Writes the commands as JSON lines."""
    from tests.infra.az_built import built

    for one in (*az_lines(), *(line(where, words) for where, words in built())):
        sys.stdout.write(json.dumps(one) + "\n")


if __name__ == "__main__":
    main()
