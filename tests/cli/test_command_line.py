"""The command line: what is on standard output, what on standard error, and the exit status."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.app import run_command
from cli.state import last_run
from lab.azure.ingestion import IngestionEndpoint
from shared.base.version import VERSION

ROOT = Path(__file__).parents[2]
AUDIT = {
    "time": "2026-03-10T09:00:00.1234567Z",
    "category": "AuditLogs",
    "operationName": "Add service principal credentials",
    "tenantId": "11111111-2222-4333-8444-555555555555",
    "properties": {
        "activityDisplayName": "Add service principal credentials",
        "result": "success",
        "initiatedBy": {"user": {"userPrincipalName": "vera@example.com", "ipAddress": "192.0.2.9"}},
        "targetResources": [{"type": "ServicePrincipal", "displayName": "billing", "id": "a1"}],
    },
}

Output = tuple[int, str, str]


class Shell:
    """Runs commands in this process, in a directory of its own."""

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


@pytest.fixture
def telltale(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capsysbinary)


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def written(name: str, *lines: object) -> str:
    Path(name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return name


def one_line(output: Output) -> str:
    """The only line on standard error of a command that was refused."""
    status, out, err = output
    assert (status, out) == (2, "")
    [line] = err.splitlines()
    assert line.startswith("telltale: ")
    return line


def test_decode_prints_the_normalised_names_of_each_record(telltale: Shell) -> None:
    status, out, _ = telltale("decode", written("a.jsonl", AUDIT), "--json")
    [line] = json_lines(out)
    assert status == 0
    assert line["source"] == "entra.audit"
    assert line["time"] == "2026-03-10T09:00:00.123456Z"
    assert line["operation"] == "Add service principal credentials"
    assert line["actor_username"] == "vera@example.com"
    assert line["category"] == "AuditLogs"
    assert not {"time_from", "salvaged", "problem"} & set(line)


def test_decode_says_what_it_cannot_read_and_goes_on(telltale: Shell) -> None:
    Path("a.jsonl").write_text("no telemetry\n" + json.dumps(AUDIT))
    status, out, _ = telltale("decode", "a.jsonl", "--json")
    problem, record = json_lines(out)
    assert status == 0
    assert problem.pop("problem")
    assert problem == {"source": None, "time": None, "content": "no telemetry"}
    assert record["source"] == "entra.audit"


def test_decode_marks_a_time_that_the_record_does_not_have(telltale: Shell) -> None:
    untimed = {name: value for name, value in AUDIT.items() if name != "time"}
    [line] = json_lines(telltale("decode", written("a.jsonl", untimed), "--json")[1])
    assert line["time_from"] == "enqueued"


def test_decode_keeps_the_order_of_an_envelope_with_a_problem_in_it(telltale: Shell) -> None:
    second = {**AUDIT, "operationName": "Second"}
    Path("a.json").write_text(json.dumps({"records": [AUDIT, "no record", second]}))
    lines = json_lines(telltale("decode", "a.json", "--json")[1])
    assert ["problem" in line for line in lines] == [False, True, False]


def test_decode_shows_a_table_to_people(telltale: Shell) -> None:
    hostile = {**AUDIT, "operationName": "[bold]\u202e\x1b[31m"}
    status, out, err = telltale("decode", written("a.jsonl", AUDIT, hostile))
    assert status == 0
    assert "vera@example.com" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "2 records read, 0 problems" in err
    assert max(map(len, out.splitlines())) <= 120


def test_replay_prints_the_rows_of_the_alerts(telltale: Shell) -> None:
    status, out, err = telltale("replay", written("a.jsonl", AUDIT), "--json")
    rules = [row["RuleName"] for row in json_lines(out)]
    assert status == 0
    assert "entra.service_principal_credential_added" in rules
    assert "1 record in 1 body, 0 problems, 1 alert" in err


def test_replay_honours_the_settings(telltale: Shell) -> None:
    settings = Path("mine.toml")
    settings.write_text('[detectors."entra.service_principal_credential_added"]\nenabled = false\n')
    out = telltale("replay", written("a.jsonl", AUDIT), "--json", "--settings", "mine.toml")[1]
    rules = [row["RuleName"] for row in json_lines(out)]
    assert "entra.service_principal_credential_added" not in rules


def test_replay_goes_on_in_a_store(telltale: Shell) -> None:
    file = written("a.jsonl", AUDIT)
    assert json_lines(telltale("replay", file, "--json", "--store", "s.db")[1])
    assert json_lines(telltale("replay", file, "--json", "--store", "s.db")[1]) == []


def test_detectors_are_listed_from_their_declarations(telltale: Shell) -> None:
    status, out, _ = telltale("detectors", "--json")
    found = {line["id"]: line for line in json_lines(out)}
    known = found["entra.service_principal_credential_added"]
    assert status == 0
    assert known["techniques"] == ["T1098.001"]
    assert known["sources"] == ["entra.audit"]
    assert (known["severity"], known["stage"], known["window"]) == ("Medium", "live", None)
    assert known["title"]
    assert known["description"]


def test_health_tells_of_a_store(telltale: Shell) -> None:
    telltale("replay", written("a.jsonl", AUDIT), "--store", "s.db")
    status, out, _ = telltale("health", "--json", "--store", "s.db")
    [source] = json_lines(out)
    assert status == 0
    assert (source["source"], source["category"], source["records_24h"]) == ("entra.audit", "AuditLogs", 1)


def test_health_without_a_store_says_how_to_get_one(telltale: Shell) -> None:
    assert "telltale run --once" in one_line(telltale("health"))
    assert "nowhere.db: there is no such store" in one_line(telltale("health", "--store", "nowhere.db"))


@pytest.mark.parametrize("command", ["decode", "replay"])
def test_a_missing_file_is_one_line(telltale: Shell, command: str) -> None:
    good = written("good.jsonl", AUDIT)
    assert one_line(telltale(command, good, "gone.jsonl", "--json")) == (
        "telltale: gone.jsonl: there is no such file"
    )


@pytest.mark.parametrize(
    "arguments", [("replay", "a.jsonl"), ("detectors",), ("health", "--store", "s.db"), ("run", "--once")]
)
def test_a_wrong_setting_is_named_with_file_and_line(telltale: Shell, arguments: tuple[str, ...]) -> None:
    written("a.jsonl", AUDIT)
    telltale("replay", "a.jsonl", "--store", "s.db")
    Path("mine.toml").write_text('\n[silence]\nafterr = "5m"\n')
    line = one_line_after_progress(telltale(*arguments, "--settings", "mine.toml"))
    assert "mine.toml:3: silence.afterr is not known; did you mean after?" in line


def one_line_after_progress(output: Output) -> str:
    status, out, err = output
    assert (status, out) == (2, "")
    [line] = [line for line in err.splitlines() if line.startswith("telltale: ")]
    return line


@pytest.mark.parametrize(
    "arguments",
    [(), ("nonsense",), ("decode",), ("decode", "--nonsense", "x"), ("run", "--port", "many")],
)
def test_bad_usage_exits_with_2(telltale: Shell, arguments: tuple[str, ...]) -> None:
    assert telltale(*arguments)[0] == 2


def test_a_port_in_use_is_one_line_and_nothing_is_left(telltale: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}" in one_line(telltale("run", "--port", str(port)))
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("port", ["65536", "99999", "-1"])
def test_a_port_that_cannot_be_is_told_with_the_range(telltale: Shell, port: str) -> None:
    line = one_line(telltale("run", "--port", port))
    assert line.startswith(f"telltale: --port {port}: write a number from 0 ")
    assert "stop what uses" not in line
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "content", ["[silence]\nafterr = '5m'\n", "[detectors.'identity.nothing']\n", "= broken"]
)
def test_a_run_with_wrong_settings_leaves_nothing(telltale: Shell, content: str) -> None:
    Path("bad.toml").write_text(content)
    assert "bad.toml:" in one_line(telltale("run", "--settings", "bad.toml", "--port", "0"))
    assert "gone.toml" in one_line(telltale("run", "--settings", "gone.toml", "--once"))
    assert [path.name for path in Path().iterdir()] == ["bad.toml"]


def test_a_run_that_fails_leaves_the_last_one_alone(telltale: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "rows.db")

    home = Path(".telltale")
    monkeypatch.setattr(IngestionEndpoint, "__init__", broken)
    assert telltale("run", "--once")[0] == 2
    assert last_run(home) is None
    assert list(home.iterdir()) == []


def test_an_internal_error_is_one_line_that_says_how_to_see_more(
    telltale: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.commands.detectors.tuned", lambda *_: 1 // 0)
    line = one_line(telltale("detectors"))
    assert "ZeroDivisionError" in line
    assert "TELLTALE_TRACEBACK=1" in line
    monkeypatch.setenv("TELLTALE_TRACEBACK", "1")
    assert "Traceback" in telltale("detectors")[2]


def test_the_version_is_told(telltale: Shell) -> None:
    assert telltale("--version")[:2] == (0, f"telltale {VERSION}\n")


def test_a_reader_that_goes_away_ends_the_command_quietly(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text((json.dumps(AUDIT) + "\n") * 5_000)
    command = f"{sys.executable} -m cli.app decode a.jsonl --json | head -n 1"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == 1
