"""Records through the collector on their own clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.files import FileBody
from cli.replay import Played, replay
from shared.customer.declarations import Declarations
from shared.detection import Severity, count, detector
from shared.events import Event, azure_keyvault, entra_audit
from shared.events.registry import registry
from shared.storage import SqliteStore, Store

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
EXPECTED = Declarations.model_validate(
    {"expected_sources": [{"source": "azure.keyvault", "category": "AuditEvent", "interval": "10m"}]}
)


@detector(title="{actor_username} read secrets", severity=Severity.LOW, on=azure_keyvault(operation=["SecretGet"]),
          window=count(by="actor_username", threshold=5, period="10m"))  # fmt: skip
def secrets_read(event: Event) -> bool:
    """Five in ten minutes."""
    return True


@detector(
    title="Role for {target_name}", severity=Severity.HIGH, on=entra_audit(operation=["Add member to role"])
)
def role_added(event: Event) -> bool:
    """Any."""
    return True


# A detector's id is that of its file, and these two share one.
DETECTORS = (replace(secrets_read, id="test.secrets_read"), replace(role_added, id="test.role_added"))


def secret(moment: datetime, user: str = "vera@example.com") -> dict[str, Any]:
    return {
        "time": moment.isoformat(),
        "category": "AuditEvent",
        "operationName": "SecretGet",
        "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV",
        "tenantId": "t1",
        "identity": {"claim": {"upn": user}},
        "properties": {"id": "https://kv.vault.azure.net/secrets/a/1", "httpStatusCode": 200},
    }


def role(moment: datetime) -> dict[str, Any]:
    return {
        "time": moment.isoformat(),
        "category": "AuditLogs",
        "operationName": "Add member to role",
        "tenantId": "t1",
        "properties": {
            "activityDisplayName": "Add member to role",
            "result": "success",
            "id": moment.isoformat(),
        },
    }


def lines(records: list[dict[str, Any]]) -> list[FileBody]:
    return [
        FileBody("a.jsonl", number, json.dumps(record).encode()) for number, record in enumerate(records, 1)
    ]


def played(
    bodies: list[FileBody], declarations: Declarations | None = None, store: Store | None = None
) -> tuple[Played, list[Mapping[str, Any]]]:
    rows: list[Mapping[str, Any]] = []
    result = replay(
        bodies,
        store=store or SqliteStore(":memory:"),
        detectors=DETECTORS,
        registry=registry(),
        declarations=declarations or Declarations(),
        take=rows.append,
    )
    return result, rows


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_an_alert_is_sent_at_the_time_of_its_record() -> None:
    _, [row] = played(lines([role(at(3))]))
    assert row["TimeGenerated"] == row["EventStartTime"] == "2026-03-10T09:03:00.000000Z"


def test_a_record_is_named_by_its_line() -> None:
    _, [row] = played(lines([secret(at(0)), secret(at(1)), role(at(2))]))
    [reference] = row["Evidence"]["records"]
    assert reference.split("/")[0] == "replay"
    assert reference.split("/")[2:] == ["3", "0"]


def test_windows_follow_the_clock_of_the_records() -> None:
    assert played(lines([secret(at(minute)) for minute in range(5)]))[0].alerts == 1
    assert played(lines([secret(at(minute * 60)) for minute in range(5)]))[0].alerts == 0


def test_the_order_of_the_file_does_not_matter() -> None:
    records = [secret(at(day * 1440 + minute), f"u{day}") for day in range(90) for minute in range(5)]
    forwards, backwards = played(lines(records)), played(lines(records[::-1]))
    assert forwards[0].alerts == backwards[0].alerts == 90
    assert {row["EventUid"] for row in forwards[1]} == {row["EventUid"] for row in backwards[1]}


def test_records_much_older_than_those_before_are_still_counted() -> None:
    old = [secret(at(minute) - timedelta(days=800)) for minute in range(5)]
    assert played(lines([role(at(0)), *old]))[0].alerts == 2


def test_the_same_records_again_on_the_same_store_raise_nothing() -> None:
    store = SqliteStore(":memory:")
    bodies = lines([secret(at(minute)) for minute in range(5)] + [role(at(9))])
    assert played(bodies, store=store)[0].alerts == 2
    assert played(bodies, store=store)[0].alerts == 0


def test_other_records_on_the_same_store_go_on_where_the_first_ended() -> None:
    store = SqliteStore(":memory:")
    assert played(lines([secret(at(minute)) for minute in range(3)]), store=store)[0].alerts == 0
    assert played(lines([secret(at(minute)) for minute in range(3, 5)]), store=store)[0].alerts == 1


def test_the_silence_of_a_declared_source_is_told_and_its_return() -> None:
    silent = [secret(at(0)), *[role(at(minute)) for minute in range(1, 40)], secret(at(40)), role(at(50))]
    _, rows = played(lines(silent), EXPECTED)
    told = [
        (row["RuleName"], row["TimeGenerated"][11:16]) for row in rows if row["Source"] == "azure.keyvault"
    ]
    assert told == [("telltale.source_silent", "09:15"), ("telltale.source_recovered", "09:50")]


def test_the_silence_of_other_sources_is_not_judged() -> None:
    records = [secret(at(0)), *[role(at(60 * hour)) for hour in range(48)]]
    assert {row["RuleName"] for row in played(lines(records))[1]} == {"test.role_added"}


def test_the_end_of_the_file_is_no_silence() -> None:
    assert played(lines([secret(at(0)), secret(at(1))]), EXPECTED)[0].alerts == 0


def test_a_gap_of_years_costs_no_time() -> None:
    records = [secret(at(0)), role(at(60 * 24 * 3650)), secret(at(60 * 24 * 3650 + 1))]
    rules = [row["RuleName"] for row in played(lines(records), EXPECTED)[1]]
    assert rules.count("telltale.source_silent") == 1


def test_what_cannot_be_read_costs_nobody_else_anything() -> None:
    bodies = [
        FileBody("a.jsonl", 1, b"{broken"),
        FileBody("a.jsonl", 2, json.dumps(role(at(1))).encode()),
        FileBody("a.jsonl", 3, b"{}", "not a JSON string"),
    ]
    result, rows = played(bodies)
    assert (result.messages, result.problems, len(rows)) == (2, 2, 1)


def test_nothing_to_play_is_no_error() -> None:
    assert played([])[0] == Played(0, 0, 0, 0)


def test_many_records_are_all_played() -> None:
    records = [secret(at(number // 2), f"u{number % 500}") for number in range(20_000)]
    result, _ = played(lines(records), EXPECTED)
    assert (result.records, result.problems) == (20_000, 0)
