"""Run the cases of `../shared` and hold the list of those that pass: `make cases`, and a step of `.ci/run`.

`passing_cases.txt` names every case that passes. One of them that fails is an error, and one that passes without being
named is an error as well, so the list is always true, and a repair is kept by the line that it adds.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
LIST: Final = Path(__file__).with_name("passing_cases.txt")
_FAILED: Final = re.compile(r"FAIL (\S+) (.*)")
_TOTAL: Final = re.compile(r"total: (\d+) passed, (\d+) failed")


class CasesError(Exception):
    """The cases could not be run, or their list cannot be read."""


@dataclass
class Run:
    """What the runner of the cases said. failed: by id, with what came."""

    ran: Sequence[str]
    failed: dict[str, str] = field(default_factory=dict)
    total: tuple[int, int] | None = None

    def take(self, line: str) -> None:
        """A line of the runner's output."""
        if found := _FAILED.match(line):
            self.failed[found[1]] = found[2]
        elif found := _TOTAL.match(line):
            self.total = int(found[1]), int(found[2])

    def check(self, status: int) -> None:
        """Raises CasesError where the runner did not come to its end, or its cases are not those of the folder."""
        expected = len(self.ran) - len(self.failed), len(self.failed)
        if status not in (0, 1) or self.total != expected:
            raise CasesError(
                f"check_cases.py ended with status {status} and the total {self.total}; by its lines and cases.jsonl "
                f"it is {expected} (passed, failed)"
            )
        if unknown := sorted(set(self.failed) - set(self.ran)):
            raise CasesError(f"check_cases.py names cases that are not in cases.jsonl: {', '.join(unknown)}")


def cases_of(folder: Path) -> dict[str, str]:
    """Every case of the folder, and its kind."""
    try:
        rows = [json.loads(line) for line in (folder / "cases.jsonl").read_text("utf-8").splitlines()]
    except OSError as error:
        raise CasesError(f"{folder} is no folder of cases: {error}") from None
    return {row["id"]: row["kind"] for row in rows}


def listed(path: Path) -> list[str]:
    """The ids in the list. Raises CasesError unless it is one id a line, sorted, each once."""
    ids = path.read_text("utf-8").splitlines()
    if ids != sorted(set(ids)) or not all(re.fullmatch(r"[a-z0-9-]+", one) for one in ids):
        raise CasesError(f"{path.name} must hold ids and nothing else: one a line, sorted, each once")
    return ids


def differences(names: Iterable[str], run: Run, existing: Mapping[str, str]) -> list[str]:
    """What is not as the list says, a line each."""
    named, ran = set(names), set(run.ran)
    lines = [f"{one} is listed, and there is no such case" for one in sorted(named - set(existing))]
    lines += [
        f"{one} is listed and fails: {run.failed[one]}" for one in sorted(named & ran) if one in run.failed
    ]
    passed = sorted(ran - set(run.failed) - named)
    return lines + [f"{one} passes and is not listed: add it to {LIST.relative_to(ROOT)}" for one in passed]


def run_cases(folder: Path, telltale: Path, ids: Sequence[str], arguments: Sequence[str]) -> Run:
    """Runs the folder's own runner and prints what it is doing."""
    command = [sys.executable, str(folder / "check_cases.py"), str(folder)]
    command += ["--telltale", str(telltale), *arguments]
    run = Run(ids)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        for line in process.stdout or ():
            run.take(line)
            if not _FAILED.match(line):
                print(f"cases: {line}", end="", flush=True)
            elif len(run.failed) % 10 == 0:
                print(f"cases: running; {len(run.failed)} failed so far", flush=True)
    run.check(process.returncode)
    return run


def main(given: Sequence[str] | None = None) -> int:
    """The exit status: 0 if the list is true, 1 if it is not, 2 if that could not be found out."""
    parser = argparse.ArgumentParser(prog="cases", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT.parent / "shared" / "cases")
    parser.add_argument("--telltale", type=Path, default=Path(sys.executable).with_name("telltale"))
    parser.add_argument("--list", type=Path, default=LIST, help="the list of cases that pass")
    parser.add_argument("--kind", help="only cases of this kind")
    parser.add_argument("--id", help="only this case")
    parser.add_argument("--jobs", default="2", help="cases at a time (default 2)")
    options = parser.parse_args(given)
    try:
        names, existing = listed(options.list), cases_of(options.folder)
        ids = [
            one
            for one, kind in existing.items()
            if options.kind in (None, kind) and options.id in (None, one)
        ]
        print(
            f"cases: {len(ids)} of {options.folder}, {options.jobs} at a time; all take some minutes",
            flush=True,
        )
        chosen = {"--kind": options.kind, "--id": options.id, "--jobs": options.jobs}
        arguments = [part for name, value in chosen.items() if value for part in (name, value)]
        found = differences(names, run_cases(options.folder, options.telltale, ids, arguments), existing)
    except CasesError as error:
        print(f"cases: {error}", file=sys.stderr)
        return 2
    for line in found:
        print(f"cases: FAILED: {line}")
    print(f"cases: {len(ids)} ran, {len(found)} not as {options.list.name} says")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
