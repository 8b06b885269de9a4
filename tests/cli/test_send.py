"""`telltale send`: through azure-eventhub into the stand-in of an event hub."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli import sending
from cli.local_credential import LocalCredential
from lab.parts.event_hub import EventHubStandIn
from shared.base.clock import SystemClock
from tests.cli.shell import Shell, json_lines, one_line

RECORD = {"time": "2026-03-10T09:00:00Z", "category": "AuditLogs", "operationName": "Add user"}
DETECTOR = "entra.service_principal_credential_added"


@pytest.fixture
def hub(event_hub: EventHubStandIn, monkeypatch: pytest.MonkeyPatch) -> EventHubStandIn:
    """A hub that the environment names."""
    monkeypatch.setenv("TELLTALE_HUB_NAME", event_hub.hub)
    monkeypatch.setenv("TelltaleHub", event_hub.connection_string)
    return event_hub


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELLTALE_HUB_NAME", "TelltaleHub", "TelltaleHub__fullyQualifiedNamespace"):
        monkeypatch.delenv(name, raising=False)


def test_each_line_of_a_file_is_a_message_byte_by_byte(telltale: Shell, hub: EventHubStandIn) -> None:
    lines = [json.dumps({**RECORD, "n": n}).encode() for n in range(3)]
    Path("a.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    status, out, err = telltale("send", "a.jsonl", "--json")
    assert status == 0
    assert json_lines(out) == [{"hub": "telemetry", "messages": 3, "bytes": sum(map(len, lines))}]
    assert sorted(event.body for event in hub.events()) == lines
    assert "took 3 messages" in err


def test_standard_input_and_a_named_hub(
    telltale: Shell, hub: EventHubStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TELLTALE_HUB_NAME")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(RECORD).encode())))
    assert telltale("send", "-", "--hub", "telemetry")[0] == 0
    assert [json.loads(event.body) for event in hub.events()] == [RECORD]


def test_many_messages_go_in_batches_and_none_is_left_out(telltale: Shell, hub: EventHubStandIn) -> None:
    with Path("many.jsonl").open("w") as file:
        file.writelines(json.dumps({**RECORD, "n": n, "filler": "x" * 2000}) + "\n" for n in range(1500))
    status, out, err = telltale("send", "many.jsonl", "--json")
    assert status == 0
    assert json_lines(out)[0]["messages"] == 1500
    assert sorted(json.loads(event.body)["n"] for event in hub.events()) == list(range(1500))
    assert " of 1500 messages" in err


def test_an_example_of_a_detector_ends_now(telltale: Shell, hub: EventHubStandIn) -> None:
    before = SystemClock().now()
    assert telltale("send", "--example", DETECTOR)[0] == 0
    [event] = hub.events()
    [record] = json.loads(event.body)["records"]
    assert abs(datetime.fromisoformat(record["time"]) - before) < timedelta(minutes=1)


def test_times_within_a_record_move_with_it(telltale: Shell, hub: EventHubStandIn) -> None:
    telltale("send", "--example", "entra.users_deleted_in_bulk")
    telltale("send", "--example", "application.impossible_travel_reported")
    Path("received.jsonl").write_bytes(b"\n".join(event.body for event in hub.events()))
    now = SystemClock().now()
    times = [
        datetime.fromisoformat(line["time"])
        for line in json_lines(telltale("decode", "received.jsonl", "--json")[1])
    ]
    assert times
    assert all(timedelta() <= now - time < timedelta(hours=2) for time in times)


def test_an_example_that_misses_with_its_own_times(telltale: Shell, hub: EventHubStandIn) -> None:
    assert telltale("send", "--example", DETECTOR, "--miss", "--keep-times")[0] == 0
    record = json.loads(hub.events()[0].body)["records"][0]
    assert not record["time"].startswith(str(SystemClock().now().date()))


def test_what_it_sends_is_an_alert_when_it_is_replayed(telltale: Shell, hub: EventHubStandIn) -> None:
    telltale("send", "--example", DETECTOR)
    Path("received.jsonl").write_bytes(b"\n".join(event.body for event in hub.events()))
    rows = json_lines(telltale("replay", "received.jsonl", "--json")[1])
    assert DETECTOR in {row["RuleName"] for row in rows}


def test_a_hub_that_is_not_there_is_one_line(telltale: Shell, hub: EventHubStandIn) -> None:
    Path("a.jsonl").write_text(json.dumps(RECORD))
    line = one_line(telltale("send", "a.jsonl", "--hub", "telemetri"))
    assert line.startswith("telltale: hub telemetri: ")
    assert "0 of 1 were taken" in line


def test_a_hub_that_does_not_answer_is_one_line(telltale: Shell, hub: EventHubStandIn) -> None:
    Path("a.jsonl").write_text(json.dumps(RECORD))
    hub.stop()
    assert "0 of 1 were taken" in one_line(telltale("send", "a.jsonl"))


def test_a_message_that_is_too_large_is_named_before_anything_is_sent(
    telltale: Shell, hub: EventHubStandIn
) -> None:
    Path("a.jsonl").write_text(json.dumps(RECORD) + "\n" + json.dumps({"x": "y" * 5_000_000}) + "\n")
    assert "a.jsonl:2: is 5000009 bytes" in one_line(telltale("send", "a.jsonl"))
    assert hub.events() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what to send"),
        (("a.jsonl", "--example", DETECTOR), "say what to send"),
        (("a.jsonl", "--miss"), "belong to --example"),
        (("a.jsonl",), "--hub is missing"),
        (("a.jsonl", "--hub", "telemetry"), "in which namespace?"),
        (("gone.jsonl", "--hub", "n/h"), "gone.jsonl: there is no such file"),
        (("empty.jsonl", "--hub", "n/h"), "there is nothing to send"),
        (("bad.raw.jsonl", "--hub", "n/h"), "bad.raw.jsonl:1: "),
        (("--example", "entra.service_principal_credential_add", "--hub", "n/h"), "did you mean entra"),
    ],
)
def test_bad_usage_is_one_line(telltale: Shell, arguments: tuple[str, ...], said: str) -> None:
    Path("a.jsonl").write_text(json.dumps(RECORD))
    Path("empty.jsonl").write_text("")
    Path("bad.raw.jsonl").write_text("{}\n")
    assert said in one_line(telltale("send", *arguments))


def test_a_namespace_that_does_not_exist_is_told_once(
    telltale: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "signed_in", lambda *_, **__: LocalCredential())
    line = one_line(telltale("send", "--example", DETECTOR, "--hub", "no-such-namespace.invalid/hub"))
    assert line.count("exception") <= 1
    assert line.count("ailed to") == 1
    assert "0 of 1 were taken. Is the namespace reachable from here?" in line


def test_what_the_library_logs_of_a_sign_in_is_not_told_besides(telltale: Shell) -> None:
    telltale("--version")
    assert not logging.getLogger("azure.identity._credentials.azure_cli").isEnabledFor(logging.ERROR)
