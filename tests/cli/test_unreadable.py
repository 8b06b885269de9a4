"""`telltale replay` and `telltale decode` of what cannot be read: the reason, where to look, and the exit status."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Shell, json_lines

AUDIT = {"time": "2026-03-10T09:00:00Z", "category": "AuditLogs", "operationName": "Add user"}


@pytest.mark.parametrize("command", ["replay", "decode"])
def test_where_no_record_is_readable_the_first_reason_is_told(telltale: Shell, command: str) -> None:
    Path("my file.bin").write_bytes(b"\0\x01\xfe rubbish")
    status, _, err = telltale(command, "my file.bin")
    counts, line = err.splitlines()
    assert status == 2
    assert "1 problem" in counts
    assert "1 problems" not in counts
    assert line.startswith("telltale: my file.bin:1: ")
    assert line.endswith("not one record could be read, `telltale decode 'my file.bin' --explain` shows each")


def test_the_reason_is_that_which_decode_gives_for_the_first_line(telltale: Shell) -> None:
    Path("a.jsonl").write_text("no telemetry\n\n{broken\n")
    status, out, err = telltale("decode", "a.jsonl", "--json")
    first = json_lines(out)[0]["problem"]
    assert status == 2
    assert err.startswith(f"telltale: a.jsonl:1: {first}; not one record")
    assert f"telltale: a.jsonl:1: {first}; " in telltale("replay", "a.jsonl")[2]


def test_standard_output_of_replay_stays_json_lines(telltale: Shell) -> None:
    Path("a.bin").write_bytes(b"\0rubbish")
    status, out, err = telltale("replay", "a.bin", "--json")
    assert (status, out) == (2, "")
    assert err.startswith("0 records in 1 body, 1 problem, 0 alerts\ntelltale: a.bin:1: ")


def test_standard_input_is_named_by_its_hyphen(telltale: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\0rubbish")))
    status, _, err = telltale("replay", "-")
    assert status == 2
    assert "`telltale decode - --explain`" in err


@pytest.mark.parametrize("command", ["replay", "decode"])
def test_one_readable_record_is_enough(telltale: Shell, command: str) -> None:
    Path("a.jsonl").write_text("no telemetry\n" + json.dumps(AUDIT))
    status, _, err = telltale(command, "a.jsonl")
    assert status == 0
    assert "1 record " in err
    assert "telltale:" not in err


@pytest.mark.parametrize("command", ["replay", "decode"])
def test_an_empty_file_is_no_mistake(telltale: Shell, command: str) -> None:
    Path("a.jsonl").touch()
    status, _, err = telltale(command, "a.jsonl")
    assert (status, len(err.splitlines())) == (0, 1)


def test_records_that_a_store_already_has_are_readable(telltale: Shell) -> None:
    Path("a.jsonl").write_text("no telemetry\n" + json.dumps(AUDIT))
    assert telltale("replay", "a.jsonl", "--store", "s.db")[0] == 0
    assert telltale("replay", "a.jsonl", "--store", "s.db")[0] == 0


def test_an_explanation_of_what_cannot_be_read_is_an_answer(telltale: Shell) -> None:
    Path("a.jsonl").write_text("no telemetry\n")
    status, out, _ = telltale("decode", "a.jsonl", "--explain")
    assert status == 0
    assert "cannot be read" in out
