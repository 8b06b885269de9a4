"""Runs commands of `telltale` in this process, and the fixture that gives one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli.app import run_command

Output = tuple[int, str, str]
"""Exit status, standard output, standard error."""


class Shell:
    """Runs commands in this process."""

    def __init__(self, capture: pytest.CaptureFixture[bytes]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Output:
        self._capture.readouterr()
        try:
            status = run_command(arguments)
        except SystemExit as ended:
            status = int(ended.code or 0)
        out, err = self._capture.readouterr()
        return status, out.decode(), err.decode()


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def one_line(output: Output) -> str:
    """The only line on standard error of a command that was refused."""
    status, out, err = output
    assert (status, out) == (2, "")
    [line] = err.splitlines()
    assert line.startswith("telltale: ")
    return line
