"""A stand-in for the Azure CLI: answers as it is told and writes down what it was asked."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

_SCRIPT = """#!{python} -IS
import json, sys
arguments = sys.argv[1:]
with open({log!r}, "a", encoding="utf-8") as log:
    log.write(json.dumps(arguments) + "\\n")
line = " ".join(arguments)
for words, status, answer in json.load(open({answers!r}, encoding="utf-8")):
    if all(word in line for word in words):
        print(answer, file=sys.stderr if status else sys.stdout)
        sys.exit(status)
"""


class StandInAz:
    """`az` in a folder of its own. `answer` says what it prints where all `words` stand in the arguments."""

    def __init__(self, folder: Path) -> None:
        self._answers: list[tuple[list[str], int, str]] = []
        self._file, self._log = folder / "answers.json", folder / "asked.jsonl"
        self._folder = folder / "bin"
        self._folder.mkdir()
        program = self._folder / "az"
        script = _SCRIPT.format(python=sys.executable, log=str(self._log), answers=str(self._file))
        program.write_text(script, encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self._file.write_text("[]", encoding="utf-8")

    def answer(self, *words: str, output: str = "", status: int = 0) -> None:
        """The first answer that fits is given; without one `az` prints nothing and succeeds."""
        self._answers.append((list(words), status, output))
        self._file.write_text(json.dumps(self._answers), encoding="utf-8")

    def forget(self) -> None:
        """Drops the answers; what was asked stays written down."""
        self._answers.clear()
        self._file.write_text("[]", encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which `az` is this one."""
        return os.environ | {"PATH": f"{self._folder}{os.pathsep}{os.environ['PATH']}"}

    @property
    def asked(self) -> list[list[str]]:
        """The arguments of every call so far."""
        if not self._log.exists():
            return []
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]
