"""Every form that a hub message can take."""

from __future__ import annotations

import codecs
import gzip
import json
from typing import Any

import pytest

from shared.events.reading.body import MOST_PARTS, MOST_PROBLEMS
from tests.events.reading import body_of, read, reasons

RECORD: dict[str, Any] = {
    "time": "2026-02-04T07:45:44Z",
    "category": "AuditEvent",
    "operationName": "SecretGet",
    "resourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.KeyVault/vaults/v",
}
OTHER = {**RECORD, "operationName": "SecretList"}
BOTH = ["SecretGet", "SecretList"]
ONE, TWO = json.dumps(RECORD), json.dumps(OTHER)
VPC = "2 123456789012 eni-0a1b2c3d 192.0.2.1 198.51.100.7 40000 443 6 10 840 1770191144 1770191204 ACCEPT OK"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(body_of(RECORD, OTHER), BOTH, id="the usual envelope"),
        pytest.param(json.dumps({"Records": [RECORD, OTHER]}).encode(), BOTH, id="Records"),
        pytest.param(json.dumps([RECORD, OTHER]).encode(), BOTH, id="a top-level array"),
        pytest.param(ONE.encode(), ["SecretGet"], id="one lone record"),
        pytest.param(json.dumps({"records": RECORD}).encode(), ["SecretGet"], id="records is an object"),
        pytest.param(json.dumps({"records": f"[{ONE},{TWO}]"}).encode(), BOTH, id="records is a string"),
        pytest.param(
            json.dumps({"records": f"{ONE}\n{TWO}"}).encode(), BOTH, id="records is lines in a string"
        ),
        pytest.param(json.dumps({"records": [ONE, TWO]}).encode(), BOTH, id="an array of strings"),
        pytest.param(json.dumps([ONE, TWO]).encode(), BOTH, id="a top-level array of strings"),
        pytest.param(json.dumps(ONE).encode(), ["SecretGet"], id="a record inside a string"),
        pytest.param(
            json.dumps([{"records": [RECORD]}, {"records": [OTHER]}]).encode(), BOTH, id="a list of envelopes"
        ),
        pytest.param(json.dumps([[RECORD], [OTHER]]).encode(), BOTH, id="a list of lists"),
        pytest.param(json.dumps({"records": [RECORD, OTHER]}, indent=2).encode(), BOTH, id="indented"),
        pytest.param(f"{ONE}\n{TWO}\n".encode(), BOTH, id="newline-delimited"),
        pytest.param(f"{ONE}{TWO}".encode(), BOTH, id="documents in a row"),
        pytest.param(gzip.compress(body_of(RECORD, OTHER)), BOTH, id="gzip"),
        pytest.param(gzip.compress(f"{ONE}\n{TWO}".encode()), BOTH, id="gzip of lines"),
        pytest.param(codecs.BOM_UTF8 + body_of(RECORD, OTHER), BOTH, id="a byte-order mark"),
        pytest.param(
            codecs.BOM_UTF16_LE + body_of(RECORD).decode().encode("utf-16-le"), ["SecretGet"], id="UTF-16"
        ),
        pytest.param(b" \r\n" + body_of(RECORD, OTHER) + b"\n", BOTH, id="blanks around"),
        pytest.param(VPC.encode(), ["ACCEPT"], id="a text line of a known format"),
        pytest.param(f"{VPC}\n{VPC}".encode(), ["ACCEPT", "ACCEPT"], id="text lines"),
        pytest.param(json.dumps({"records": [VPC]}).encode(), ["ACCEPT"], id="text lines in an envelope"),
    ],
)
def test_records_are_found_in_every_form_of_body(body: bytes, found: list[str]) -> None:
    events, problems = read(body)
    assert [event.operation for event in events] == found
    assert [problem for problem in problems if not problem.harmless] == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty body"),
        (b"  \r\n", "empty body"),
        (b'{"type":"heartbeat"}', "heartbeat of the sender: carries no record"),
        (b'{"records":[]}', "envelope without records"),
        (b"[]", "list without records"),
        (b"just some words", "plain text: no JSON and no known text format"),
        (b"5", "a record is a number, not an object"),
        (b"null", "a record is null, not an object"),
        (b'{"records":[5]}', "a record is a number, not an object"),
        (b'{"records":["words"]}', "a record is text, not an object"),
        (b'{"records":[["[1"]]}', "record is no valid JSON and could not be repaired"),
        (b"{}", "record is empty"),
        (
            b'{"status":"OK"}',
            "record holds a status and nothing else: neither time nor operation, and no one it is about",
        ),
        (
            b'{"foo":"bar"}',
            "no source recognises this record: it names neither time nor operation nor anyone",
        ),
        (b'{"status":""}', "record is empty"),
        (
            b"\x1f\x8bnot gzip",
            "gzip: cannot be unpacked (Error -3 while decompressing data: unknown compression method)",
        ),
        (gzip.compress(b"x" * 100, mtime=0)[:-12], "gzip: ends too early"),
    ],
)
def test_what_holds_no_event_is_told(body: bytes, reason: str) -> None:
    events, problems = read(body)
    assert events == []
    assert [problem.reason for problem in problems] == [reason]


@pytest.mark.parametrize("body", [b"", b'{"type":"heartbeat"}', b'{"records":[]}', b"[]"])
def test_what_holds_no_telemetry_is_harmless(body: bytes) -> None:
    assert [problem.harmless for problem in read(body)[1]] == [True]


def test_one_bad_record_costs_no_other() -> None:
    events, problems = read(body_of(RECORD, 5, "words", None, {}, OTHER))
    assert [event.operation for event in events] == BOTH
    assert len(problems) == 4


def test_the_bytes_of_a_problem_are_those_of_its_record() -> None:
    _, problems = read(body_of(RECORD, {"foo": "bar"}))
    assert [problem.content for problem in problems] == [b'{"foo":"bar"}']


def test_integers_of_18_digits_survive() -> None:
    record = {**RECORD, "properties": {"runtime": 123456789012345678, "unsigned": 2**64 - 1}}
    for body in (body_of(record), body_of(record) + b"!"):
        event = read(body)[0][0]
        assert (event.get("properties.runtime"), event.get("properties.unsigned")) == (
            123456789012345678,
            2**64 - 1,
        )


def test_a_record_may_be_nested_deeper_than_a_writer_allows() -> None:
    deep: Any = 1
    for _ in range(400):
        deep = [deep]
    events, problems = read(body_of({"foo": deep}, {**RECORD, "properties": deep}))
    assert [event.operation for event in events] == ["SecretGet"]
    assert len(problems) == 1


def test_more_parts_than_a_body_may_hold_become_one_problem_that_can_be_sent_again() -> None:
    some = [{"time": "2026-02-04T07:45:44Z", "event": str(number)} for number in range(MOST_PARTS + 500)]
    events, problems = read(json.dumps(some).encode())
    assert len(events) == MOST_PARTS
    assert [problem.reason for problem in problems] == [
        f"more than {MOST_PARTS} parts in one body; the rest was not read"
    ]
    again, none = read(problems[0].content)
    assert [event.operation for event in again] == [
        str(number) for number in range(MOST_PARTS, MOST_PARTS + 500)
    ]
    assert none == []


def test_a_record_beside_a_text_of_very_many_parts_is_still_read() -> None:
    many = json.dumps([{"foo": number} for number in range(MOST_PARTS)])
    events, _ = read(json.dumps([many, RECORD, json.dumps(RECORD)]).encode())
    assert [event.operation for event in events] == ["SecretGet", "SecretGet"]


def test_records_that_nobody_recognises_are_told_one_by_one_up_to_a_bound() -> None:
    strange = [{"foo": number} for number in range(MOST_PROBLEMS + 50)]
    events, problems = read(body_of(*strange, RECORD))
    assert [event.operation for event in events] == ["SecretGet"]
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].reason == "50 more records of this body that no source recognises"
    assert json.loads(problems[-1].content)["records"] == strange[MOST_PROBLEMS:]


def test_parts_that_cannot_be_read_are_told_one_by_one_up_to_a_bound() -> None:
    told = reasons(json.dumps([*range(MOST_PROBLEMS + 50)]).encode())
    assert len(told) == MOST_PROBLEMS + 1
    assert told[-1] == f"more than {MOST_PROBLEMS} parts cannot be read; the others together"
