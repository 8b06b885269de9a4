"""`telltale new-detector`: a detector, its examples and its page, and what is left to say about it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from cli.checkout import need_checkout
from cli.declared import AsJson
from cli.files import read_bodies
from cli.new_detector import ROOT, Beginning, begin, write
from cli.terminal import flush, note, write_json
from shared.base.errors import TelltaleError

_NAME = typer.Argument(metavar="NAME", help="What it finds, as in entra.guest_invited_at_night.")
_SOURCE = typer.Option(
    "--source", metavar="ID", help="The telemetry that it reads, by its id or its name in `on=`."
)
_OPERATION = typer.Option("--operation", metavar="TEXT", help="The operation that it looks for.")
_TITLE = typer.Option("--title", metavar="TEXT", help="The alert's name, a sentence with {fields}.")
_TECHNIQUE = typer.Option("--technique", metavar="ID", help="Of ATT&CK; may be given again.")
_RECORD = typer.Option(
    "--record", metavar="FILE", help="A record of your own to begin with, without real names."
)
_INTO = typer.Option(
    "--into", metavar="FAMILY", help="Where NAME has none: `own` for what no release touches."
)
_FAILED = re.compile(r"^FAILED \S*::(\w+)\S* ?(?:- )?(.*)$", re.MULTILINE)


def new_detector(
    name: Annotated[str, _NAME],
    source: Annotated[str, _SOURCE],
    operation: Annotated[str | None, _OPERATION] = None,
    title: Annotated[str | None, _TITLE] = None,
    technique: Annotated[list[str] | None, _TECHNIQUE] = None,
    record: Annotated[str | None, _RECORD] = None,
    into: Annotated[str | None, _INTO] = None,
    as_json: AsJson = False,
) -> None:
    """Create a detector: its file, an example that matches, one that does not, and its page."""
    need_checkout("new-detector writes a detector beside the others")
    if into is not None:
        name = f"{into}.{name}"
    asked = Beginning(name, source, operation, title, tuple(technique or ()))
    begun = begin(asked, _record(record) if record else None)
    paths = write(begun)
    _formatted(paths[0])
    pages = _pages(begun.id)
    left = _left(begun.id)
    todos = [todo for path in paths for todo in _todos(path)]
    if as_json:
        files = [str(path.relative_to(ROOT)) for path in (*paths, *pages)]
        write_json({"detector": begun.id, "files": files, "failing": left, "todo": todos})
        flush()
        return
    for path in (*paths, *pages):
        print(path.relative_to(ROOT))
    flush()
    for line in todos:
        note(f"TODO {line}")
    for line in left:
        note(f"fails until then: {line}")
    tests = "its tests pass" if not left else f"{len(left)} of its tests fail"
    note(
        f'{begun.id}: {tests}; make test ARGS="tests/detectors -k {begun.id}", and make docs after each change'
    )


def _record(file: str) -> dict[str, Any]:
    bodies = read_bodies([file])
    try:
        found = orjson.loads(bodies[0].body) if bodies else None
    except ValueError:
        found = None
    if isinstance(found, dict) and isinstance(found.get("records"), list) and found["records"]:
        found = found["records"][0]
    if not isinstance(found, dict):
        raise TelltaleError(f"{file}: its first line is not a JSON object")
    return found


def _todos(path: Path) -> list[str]:
    """What is marked TODO in a file: where, and what."""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    name = path.relative_to(ROOT)
    return [
        f"{name}:{number}: " + line.partition("TODO")[2].strip(': "')
        for number, line in lines
        if "TODO" in line
    ]


def _formatted(path: Path) -> None:
    """As `make format` would; without the tools of developers it stays as it is."""
    _run(["ruff", "format", "--quiet", str(path)])


def _pages(identity: str) -> list[Path]:
    """The detector's own page, as `make docs` makes it, by a process that sees the new detector."""
    if not (ROOT / "build").is_dir():
        return []
    _run(["build.detector_pages", identity])
    page = ROOT / "docs" / "built" / "detectors" / f"{identity.replace('.', '/')}.md"
    return [page] if page.is_file() else []


def _left(identity: str) -> list[str]:
    """The tests of the detector that fail, and why."""
    tests = ROOT / "tests" / "detectors" / "test_library.py"
    if not tests.is_file():
        return []
    done = _run(["pytest", "-p", "no:cacheprovider", "--no-header", str(tests.parent), "-k", identity])
    found = [f"{test}: {' '.join(why.split())}".rstrip(": ") for test, why in _FAILED.findall(done.stdout)]
    if done.returncode not in (0, 1):
        return [f"the tests could not be run: {(done.stdout + done.stderr).strip().splitlines()[-1:]}"]
    return found


def _run(module: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - this interpreter and modules of this project
        [sys.executable, "-m", *module],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
