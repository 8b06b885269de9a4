"""What the command line tells of telemetry: what was wrong, what other settings would have told, what is covered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_command_line import AUDIT, Shell, json_lines, one_line, written

SILENCE = """
[[expected_sources]]
source = "entra.audit"
interval = "15m"
"""


@pytest.fixture
def telltale(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capsysbinary)


def at(minute: int) -> dict[str, Any]:
    """The record, so many minutes after ten."""
    return AUDIT | {"time": f"2026-03-10T{10 + minute // 60:02d}:{minute % 60:02d}:00Z"}


def test_health_tells_what_was_wrong_and_what_other_settings_would_have_told(telltale: Shell) -> None:
    Path("strict.toml").write_text(SILENCE)
    Path("patient.toml").write_text(SILENCE.replace("15m", "3h"))
    file = written("a.jsonl", *map(at, [*range(30), *range(90, 140)]))
    telltale("replay", file, "--store", "s.db", "--settings", "strict.toml", "--json")

    (episode,) = json_lines(telltale("health", "--history", "--json", "--store", "s.db")[1])
    assert (episode["finding"], episode["source"]) == ("silent", "entra.audit")
    assert (episode["from"][11:16], episode["to"][11:16]) >= ("10:29", "11:30")

    told = json_lines(telltale("health", "--simulate", "strict.toml", "--json", "--store", "s.db")[1])
    assert [(one["finding"], one["change"], one["told"]) for one in told] == [
        ("silent", "opened", True),
        ("silent", "recovered", True),
    ]
    assert telltale("health", "--simulate", "patient.toml", "--json", "--store", "s.db") == (0, "", "")
    assert "1 sources over" in telltale("health", "--simulate", "patient.toml", "--store", "s.db")[2]


def test_simulated_settings_that_are_wrong_are_named_with_file_and_line(telltale: Shell) -> None:
    telltale("replay", written("a.jsonl", AUDIT), "--store", "s.db")
    Path("mine.toml").write_text('[[expected_sources]]\nsource = "entra.audits"\n')
    line = one_line(telltale("health", "--simulate", "mine.toml", "--store", "s.db"))
    assert line.startswith("telltale: mine.toml:2: expected_sources[0].source")


def test_coverage_tells_each_technique_and_draws_a_layer(telltale: Shell) -> None:
    telltale("replay", written("a.jsonl", AUDIT), "--store", "s.db")
    status, out, _ = telltale("coverage", "--json", "--store", "s.db")
    states = {line["technique"]: line["state"] for line in json_lines(out)}
    assert status == 0
    assert states["T1098.001"] == "covered"
    assert {"no telemetry", "no detector"} <= set(states.values())
    status, out, _ = telltale("coverage", "--navigator", "--store", "s.db")
    drawn = json.loads(out)
    assert {one["techniqueID"] for one in drawn["techniques"]} == {
        technique for technique, state in states.items() if state != "no detector"
    }
    status, _, err = telltale("coverage", "--store", "s.db")
    assert status == 0
    assert f"of {len(states)} techniques" in err
